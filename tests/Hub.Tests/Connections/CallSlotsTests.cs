using Composable.Connectors.Sdk;
using Composable.Hub.Connections;

namespace Composable.Hub.Tests.Connections;

/// <summary>When a vendor takes no more calls at once, checkout goes before browsing and browsing before syncing.</summary>
public sealed class CallSlotsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Those_who_buy_go_first_whoever_came_first()
    {
        using var slots = new CallSlots(1, null, TimeProvider.System);
        await EnterAsync(slots, CallPriority.Checkout);
        var waiting = new[] { CallPriority.Sync, CallPriority.Browse, CallPriority.Checkout }.ToDictionary(priority => priority, priority => slots.EnterAsync(priority, default));

        foreach (var next in new[] { CallPriority.Checkout, CallPriority.Browse, CallPriority.Sync })
        {
            waiting.Values.ShouldAllBe(turn => !turn.IsCompleted);
            slots.Leave();
            await waiting[next].WaitAsync(Patience);
            waiting.Remove(next);
        }
    }

    [Fact]
    public async Task Browsing_and_syncing_leave_room_for_checkout()
    {
        using var slots = new CallSlots(10, null, TimeProvider.System);
        for (var call = 0; call < 5; call++) await EnterAsync(slots, CallPriority.Sync);
        slots.EnterAsync(CallPriority.Sync, default).IsCompleted.ShouldBeFalse("half of the slots are for syncing");
        for (var call = 0; call < 3; call++) await EnterAsync(slots, CallPriority.Browse);
        slots.EnterAsync(CallPriority.Browse, default).IsCompleted.ShouldBeFalse("a fifth is left for checkout");
        for (var call = 0; call < 2; call++) slots.EnterAsync(CallPriority.Checkout, default).IsCompleted.ShouldBeTrue();
        slots.EnterAsync(CallPriority.Checkout, default).IsCompleted.ShouldBeFalse("all ten are taken");
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_no_slot()
    {
        using var slots = new CallSlots(1, null, TimeProvider.System);
        await EnterAsync(slots, CallPriority.Checkout);
        using var patience = new CancellationTokenSource();
        var impatient = slots.EnterAsync(CallPriority.Checkout, patience.Token);
        var patient = slots.EnterAsync(CallPriority.Checkout, default);

        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(impatient);
        slots.Leave();

        await patient.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_queue_without_end_is_refused_before_it_begins()
    {
        using var slots = new CallSlots(1, null, TimeProvider.System);
        await EnterAsync(slots, CallPriority.Checkout);
        for (var call = 0; call < 500; call++) _ = slots.EnterAsync(CallPriority.Browse, default);
        (await Should.ThrowAsync<VendorException>(() => slots.EnterAsync(CallPriority.Browse, default))).Failure.ShouldBe(VendorFailure.RateLimited);
        slots.EnterAsync(CallPriority.Checkout, default).IsCompleted.ShouldBeFalse("checkout has a queue of its own");
    }

    [Fact]
    public async Task A_rate_is_kept_and_those_over_it_wait_their_turn()
    {
        using var slots = new CallSlots(100, perSecond: 20, TimeProvider.System);
        var entered = Enumerable.Range(0, 12).Select(_ => slots.EnterAsync(CallPriority.Checkout, default)).ToList();

        entered.Count(task => task.IsCompleted).ShouldBe(2, "a tenth of a second's worth begins together");

        await Task.WhenAll(entered).WaitAsync(Patience);
    }

    private static Task EnterAsync(CallSlots slots, CallPriority priority) => slots.EnterAsync(priority, default).WaitAsync(Patience);
}
