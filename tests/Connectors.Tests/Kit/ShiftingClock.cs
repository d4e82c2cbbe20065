namespace Connectors.Tests.Kit;

/// <summary>The real time, and what tests let pass on top of it.</summary>
public sealed class ShiftingClock : TimeProvider
{
    private long _shift;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shift));

    public void Pass(TimeSpan time) => Interlocked.Add(ref _shift, time.Ticks);
}
