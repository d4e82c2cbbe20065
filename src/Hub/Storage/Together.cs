namespace Composable.Hub.Storage;

/// <summary>Lets those who write within a moment of each other share one write. Each waits until it has happened, and hears when it failed.</summary>
internal sealed class Together<T>(TimeSpan moment, Func<IReadOnlyList<T>, Task> write)
{
    private const int Most = 100;
    private readonly Lock gate = new();
    private Group? open;

    private TimeSpan Moment { get; } = moment;

    private Func<IReadOnlyList<T>, Task> Write { get; } = write;

    public Task AddAsync(T item)
    {
        lock (gate)
        {
            if (open is null or { Items.Count: >= Most }) open = new Group(this);
            open.Items.Add(item);
            return open.Written;
        }
    }

    private sealed class Group
    {
        public Group(Together<T> owner) => Written = WriteAsync(owner);

        public List<T> Items { get; } = [];

        public Task Written { get; }

        private async Task WriteAsync(Together<T> owner)
        {
            await Task.Delay(owner.Moment);
            lock (owner.gate)
            {
                if (owner.open == this) owner.open = null;
            }

            await owner.Write(Items);
        }
    }
}
