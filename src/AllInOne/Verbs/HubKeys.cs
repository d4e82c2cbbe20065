namespace Composable.AllInOne.Verbs;

/// <param name="Publishable">For <c>/v1</c>.</param>
/// <param name="Secret">For <c>/admin</c>.</param>
internal sealed record HubKeys(string Publishable = "pk_demo", string Secret = "sk_demo");
