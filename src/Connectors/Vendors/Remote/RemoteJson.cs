using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Remote;

/// <summary>
/// How the ports' records look as JSON: members in camel case, words in snake case, closed sets of results told apart by <c>kind</c>, bytes in
/// base64, times by ISO 8601, spans in seconds, absent for null. The records are not the vendor's to shape, so the wire follows them.
/// </summary>
internal static class RemoteJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            AllowOutOfOrderMetadataProperties = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            MaxDepth = 32,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false), new SecondsConverter() },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { ClosedSets, WhatMustBeThere, SenseOfValues } },
        };
        options.MakeReadOnly();
        return options;
    }

    /// <summary>An abstract record of the ports stands for the records nested in it.</summary>
    private static void ClosedSets(JsonTypeInfo info)
    {
        if (!info.Type.IsAbstract || info.Kind is not JsonTypeInfoKind.Object) return;
        info.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization };
        foreach (var type in info.Type.GetNestedTypes().Where(type => type.IsSubclassOf(info.Type)))
            info.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(type, JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name)));
    }

    private static void WhatMustBeThere(JsonTypeInfo info)
    {
        // The id of a write is that of its document.
        if (typeof(SearchWrite).IsAssignableFrom(info.Type)) foreach (var id in info.Properties.Where(property => property.Name == "id").ToList()) info.Properties.Remove(id);
        foreach (var property in info.Properties)
        {
            // Taken by what tells notices apart.
            if (info.Type == typeof(VendorNotice.TransferChanged) && property.Name == "kind") property.Name = "transfer";
            if (info.Type == typeof(Money)) property.IsRequired = true;
            else if (property.IsRequired && property.IsSetNullable) property.IsRequired = false;
        }
    }

    private static void SenseOfValues(JsonTypeInfo info)
    {
        if (info.Type == typeof(Money))
            info.OnDeserialized = value => Require(value is Money { Amount: >= 0, Currency: { } currency } && Currencies.IsKnown(currency));
        if (info.Type == typeof(PaymentOutcome.ActionNeeded))
            info.OnDeserialized = value => Require(((PaymentOutcome.ActionNeeded)value).Url is { IsAbsoluteUri: true, Scheme: "https" or "http" });
    }

    private static void Require(bool sense)
    {
        if (!sense) throw new JsonException("A value cannot be meant.");
    }

    private sealed class SecondsConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TryGetInt32(out var seconds) && seconds >= 0 ? TimeSpan.FromSeconds(seconds) : throw new JsonException("Seconds are missing.");

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue((long)Math.Ceiling(value.TotalSeconds));
    }
}
