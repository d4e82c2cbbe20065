using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Remote;

// What goes over the wire besides the ports' own records.

/// <param name="Settings">The merchant's settings of the vendor; a connector keeps none of its own per merchant.</param>
internal sealed record RemoteCall<T>(JsonObject? Settings, string? Secret, T Request);

/// <param name="Ports"><c>payments</c>, <c>tax</c>, <c>search</c>, <c>content</c>, <c>edge</c>, <c>webhooks</c>.</param>
/// <param name="Settings">JSON Schema of what <see cref="RemoteCall{T}.Settings"/> holds.</param>
internal sealed record RemoteManifest(string Id, string Name, IReadOnlyList<string> Ports, JsonObject? Settings = null, RemoteLimits? Limits = null);

internal sealed record RemoteLimits(RemotePaymentLimits? Payments = null, SearchLimits? Search = null, RemoteEdgeLimits? Edge = null);

/// <inheritdoc cref="PaymentLimits"/>
internal sealed record RemotePaymentLimits(
    long Minimum, long Maximum, bool PartialCapture, IReadOnlyList<string> MethodTypes, IReadOnlyList<string>? Currencies = null, bool FindsByReference = true);

/// <inheritdoc cref="EdgeLimits"/>
internal sealed record RemoteEdgeLimits(int MaxWrites, int MaxValueBytes, int MaxTags, int MaxAddresses, int VisibleWithinSeconds);

/// <summary>Why a connector could not do what it was asked, with status 422.</summary>
/// <param name="RetryAfter">Seconds, with <see cref="VendorFailure.RateLimited"/>.</param>
internal sealed record RemoteProblem(VendorFailure Kind, int? RetryAfter = null);

internal sealed record RemoteDone;

internal sealed record RemotePort(string Port);

/// <param name="Headers">Those the connection's settings name, in lower case; absent ones are left out.</param>
internal sealed record RemoteNotice(IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, DateTimeOffset ReceivedAt);

internal sealed record RemoteCustomer(string Customer);

internal sealed record RemoteMethods(IReadOnlyList<SavedMethod> Methods);

internal sealed record RemoteMethod(string Customer, string Token);

internal sealed record RemoteReference(string Reference);

internal sealed record RemoteIndex(string Index);

internal sealed record RemoteGeneration(string? Generation = null);

internal sealed record RemotePreparation(string Index, string Generation, IReadOnlyList<SearchField> Fields);

internal sealed record RemoteWrites(string Index, string Generation, IReadOnlyList<SearchWrite> Writes);

internal sealed record RemoteRefusedWrites(IReadOnlyList<RefusedWrite> Refused);

internal sealed record RemoteSwitch(string Index, string Generation);

internal sealed record RemoteIds(string Index, IReadOnlyCollection<string> Ids);

internal sealed record RemoteVersions(IReadOnlyDictionary<string, long> Versions);

internal sealed record RemoteTyped(string Index, string Typed, int Limit);

internal sealed record RemoteSuggestions(IReadOnlyList<string> Suggestions);

internal sealed record RemoteActions(string Index, IReadOnlyList<ShopperAction> Actions);

internal sealed record RemoteRoute(string Route, string Locale, bool Preview);

internal sealed record RemotePage(ContentPage? Page = null);

internal sealed record RemoteAssetId(string Id, string Locale);

internal sealed record RemoteAsset(ContentAsset? Asset = null);

internal sealed record RemoteCursor(string? Cursor);

internal sealed record RemoteEntries(IReadOnlyList<EdgeEntry> Entries);

internal sealed record RemoteKey(string Key);

internal sealed record RemoteValue(ReadOnlyMemory<byte>? Value = null);

internal sealed record RemotePurge(IReadOnlyCollection<string> Tags, IReadOnlyCollection<Uri> Addresses);
