using Composable.Hub.Mail;

namespace Composable.Hub.Customers;

/// <summary>What the letters say. A link carries its proof behind the #, which browsers keep to themselves.</summary>
internal static class MailTexts
{
    public static Letter Of(string kind, string to, string? proof, string storefront, string shop)
    {
        var (subject, text) = kind switch
        {
            CustomerMails.Verify => ($"Please confirm your e-mail address for {shop}", $"Welcome to {shop}.\n\nPlease confirm that this is your e-mail address:\n{Link("verify")}\n\nIf you did not ask for an account, ignore this letter."),
            CustomerMails.Exists => ($"You already have an account with {shop}", $"Somebody, perhaps you, has tried to open an account with {shop} for this e-mail address. There is one already.\n\nSign in: {Page("sign-in")}\nIf you have forgotten the password: {Page("forgotten")}"),
            CustomerMails.Reset => ($"A new password for {shop}", $"Choose a new password:\n{Link("reset")}\n\nIf you did not ask for this, ignore this letter; your password stays as it is.\n\nPasskeys of your account, if there are any, stay with it. Look whether you know them all: {Page("passkeys")}"),
            CustomerMails.Change => ($"Please confirm your new e-mail address for {shop}", $"Please confirm that this is your new e-mail address:\n{Link("confirm-email")}\n\nUntil then everything stays as it is."),
            CustomerMails.Taken => ($"Your e-mail address at {shop}", $"Somebody, perhaps you, has tried to use this e-mail address for another account with {shop}. It stays with yours."),
            CustomerMails.Changing => ($"Your e-mail address at {shop} is to be changed", $"Somebody, perhaps you, has asked to change the e-mail address of your account with {shop}. It changes once the new address is confirmed.\n\nIf that was not you, change your password now: {Page("forgotten")}"),
            CustomerMails.PasskeyAdded => ($"A passkey was added to your account with {shop}", $"A passkey was added to your account with {shop}. It signs you in without a password.\n\nIf that was not you, remove it and change your password now: {Page("passkeys")}"),
            CustomerMails.PasskeyRemoved => ($"A passkey was removed from your account with {shop}", $"A passkey was removed from your account with {shop}. It opens the account no more.\n\nIf that was not you, change your password now: {Page("forgotten")}"),
            _ => throw new InvalidOperationException($"There is no letter '{kind}'."),
        };
        return new(to, subject, text + "\n");

        string Page(string name) => $"{storefront.TrimEnd('/')}/account/{name}";

        string Link(string name) => $"{Page(name)}#{proof}";
    }
}
