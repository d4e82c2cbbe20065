namespace Composable.Sandbox.Faults;

/// <summary>A fault as it was asked for. <see cref="Times"/> counts down; null means until cleared.</summary>
internal sealed record Fault(string Vendor, string Operation, string Kind, int? Number, string? Text, int? Times, double Rate, int? Seed);
