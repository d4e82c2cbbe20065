namespace Composable.Hub.Durability;

/// <summary>A vendor did something else than it was asked. It is neither done nor undone by rule: the process is set aside, and staff decide.</summary>
internal sealed class ContradictionException(string what) : Exception(what);
