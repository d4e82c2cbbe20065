using System.Text.Json.Serialization;
using Composable.Connectors.Sdk;
using Composable.Hub.Durability;

namespace Composable.Hub.Payments;

/// <summary>Gives back money that a provider holds for an attempt we gave up: a late answer, found by its notice.</summary>
internal sealed class VoidOrphanProcess : Process<PaymentAttempt>
{
    private readonly PaymentDesk desk;

    public VoidOrphanProcess(PaymentDesk desk)
        : base("void-orphan", PaymentProcessJson.Default.PaymentAttempt)
    {
        this.desk = desk;
        PointOfNoReturn("decide to give it back", (attempt, _) => Task.FromResult<StepResult<PaymentAttempt>>(new StepResult<PaymentAttempt>.Done(attempt)));
        Call("give the money back", GiveBackAsync);
    }

    public override string About(PaymentAttempt state) => state.CheckoutId;

    private async Task<StepResult<PaymentAttempt>> GiveBackAsync(PaymentAttempt attempt, StepContext step)
    {
        var outcome = await desk.VoidAsync(attempt.Connection, attempt.Id, attempt.VendorId, attempt.Amount, attempt.StartedAt, step);
        if (outcome is TransferOutcome.Refused { Code: "already_captured" })
            outcome = await desk.RefundAsync(attempt.Connection, $"{attempt.Id}:orphan", attempt.VendorId!, attempt.Amount, "orphan", step);
        return outcome switch
        {
            TransferOutcome.Succeeded or TransferOutcome.Refused { Code: "not_found" or "already_refunded" } => new StepResult<PaymentAttempt>.Done(attempt),
            TransferOutcome.Refused when await desk.WasDeclinedAsync(attempt, step.CancellationToken) => new StepResult<PaymentAttempt>.Done(attempt),
            TransferOutcome.Pending => new StepResult<PaymentAttempt>.Wait(attempt, PaymentDesk.AskAgain),
            _ => throw new VendorException(VendorFailure.OutcomeUnknown, "The provider has not given the money back yet."),
        };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PaymentAttempt))]
internal sealed partial class PaymentProcessJson : JsonSerializerContext;
