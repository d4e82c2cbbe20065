using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Proving;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers.Passkeys;

/// <summary>Begins sessions by passkeys. Whose they are the authenticator says, and everything that is wrong is one answer.</summary>
internal sealed class PasskeySignIn(Database database, PasskeyFlows flows, PasskeyCeremony ceremony, Attempts attempts, SigningIn signingIn)
{
    private static readonly Refusal Wrong = new(401, "invalid_credentials", "This passkey was not accepted, or too late. Ask for new options and try again.");

    public async Task<PasskeyFlowView> BeginAsync(HttpContext context, CancellationToken cancellationToken)
    {
        await attempts.TakeQuestionAsync(ClientAddress.Of(context), cancellationToken);
        var asked = await ceremony.AskToShowAsync(context);
        var commit = new Commit();
        var flow = flows.Make(commit, PasskeyFlows.SignIn, null, asked.AssertionState ?? "");
        await database.CommitAsync(commit, cancellationToken);
        return new(flow, PasskeyDesk.Read(asked.RequestOptionsJson));
    }

    public async Task<Answer> HandleAsync(SignInWithPasskey input, Visit visit, HttpContext context, CancellationToken cancellationToken)
    {
        await attempts.TakeAsync(null, visit.Address, cancellationToken);
        var flow = await flows.FindAsync(input.Flow, PasskeyFlows.SignIn, null, cancellationToken) ?? throw new RefusedException(Wrong);
        try
        {
            var (passkey, customer) = await ceremony.ShownAsync(flow, input.Credential, context) ?? throw new RefusedException(Wrong);
            return await signingIn.EnterAsync(customer, visit, (commit, newest) =>
            {
                PasskeyFlows.Use(commit, flow);
                PasskeyStore.Used(commit, newest.Id, passkey);
            }, cancellationToken);
        }
        catch (RefusedException)
        {
            await flows.FailAsync(flow, cancellationToken);
            throw;
        }
        catch (GuardFailedException moved) when (moved.Code is PasskeyFlows.Spent or PasskeyStore.Moved)
        {
            await flows.FailAsync(flow, cancellationToken);
            throw new RefusedException(Wrong);
        }
    }
}
