using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Composable.Connectors.Remote;

namespace Connectors.Tests.Remote;

/// <summary>The protocol as OpenAPI: paths from the operations, shapes from the records.</summary>
internal static class ConnectorContract
{
    private const string About = """
        What the hub asks of a connector that runs elsewhere, in any language. The hub is the client; a connector is the server.

        **Signatures.** Both sides share a secret, or two while one replaces the other. A request has `Composable-Key-Id` (the first 16 hex digits of the SHA-256 of
        `composable-key-id`, a line feed and the secret), `Composable-Timestamp` (seconds since 1970), `Composable-Nonce` (32 hex digits) and `Composable-Signature`: HMAC-SHA256 in
        hex over timestamp, nonce, method, path (below the connector's address), `Idempotency-Key` (empty when there is none) and the body's SHA-256 in hex, joined by line
        feeds. Refuse with 401 what is not signed so, or differs by more than five minutes. An answer has `Composable-Key-Id`, `Composable-Timestamp` and `Composable-Signature` over its
        timestamp, the request's nonce, its status and its body's SHA-256. The hub believes nothing that is not signed: a change without a believable answer is an unknown outcome.

        **Changes** carry an `Idempotency-Key`. The same key twice has one effect and the same answer.

        **Problems** are status 422 with a `kind`: `transient` and `rate_limited` (certainly nothing happened, ask again), `misconfigured` (the settings are wrong), `rejected` (asking again does
        not help), `outcome_unknown` (it may have happened). An answer of 401, 403 or 429 means that nothing happened, one of 408 or 5xx that it is not known.

        **Forgetting.** `/forget` is the one operation that a connector need not have: a signed 404 says so, and the shop's staff ask its vendor by hand.

        Amounts are whole minor units. Members that are null are left out. Unknown members are to be ignored.
        """;

    private static readonly string[] Headers = [RemoteSignature.KeyHeader, RemoteSignature.TimeHeader, RemoteSignature.NonceHeader, RemoteSignature.SignatureHeader];

    public static IReadOnlyList<RemoteOperation> Operations { get; } =
        [.. typeof(RemoteOperations).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (RemoteOperation)field.GetValue(null)!)];

    public static JsonObject Document()
    {
        var schemas = new Schemas();
        var paths = new JsonObject { ["/manifest"] = new JsonObject { ["get"] = Operation("manifest", "Reads", null, schemas.Of(typeof(RemoteManifest)), schemas) } };
        foreach (var operation in Operations)
        {
            var name = string.Concat(operation.Path.Split('/', '_').Select(part => part.Length == 0 ? "" : char.ToUpperInvariant(part[0]) + part[1..]));
            var call = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    ["settings"] = new JsonObject { ["type"] = "object", ["description"] = "The merchant's settings of the vendor, by the manifest's schema." },
                    ["secret"] = new JsonObject { ["type"] = "string", ["description"] = "The merchant's key of the vendor, where the hub keeps it." },
                    ["request"] = schemas.Of(operation.Request),
                },
                ["required"] = new JsonArray("request"),
            };
            paths[operation.Path] = new JsonObject { ["post"] = Operation(char.ToLowerInvariant(name[0]) + name[1..], operation.Effect.ToString(), call, schemas.Of(operation.Answer), schemas) };
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "Composable connector", ["version"] = "1", ["description"] = About.ReplaceLineEndings("\n") },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas.All() },
        };
    }

    private static JsonObject Operation(string id, string effect, JsonObject? body, JsonObject answer, Schemas schemas)
    {
        var operation = new JsonObject { ["operationId"] = id, ["x-effect"] = effect == "Changes" ? "changes" : "reads", ["parameters"] = new JsonArray([.. Parameters(effect)]) };
        if (body is not null) operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = body } } };
        operation["responses"] = new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = "Done, or the answer.", ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = answer } } },
            ["422"] = new JsonObject { ["description"] = "It failed; `kind` says what that means.", ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = schemas.Of(typeof(RemoteProblem)) } } },
        };
        return operation;
    }

    private static IEnumerable<JsonNode> Parameters(string effect) =>
        from name in effect == "Changes" ? [.. Headers, "Idempotency-Key"] : Headers
        select new JsonObject { ["name"] = name, ["in"] = "header", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string" } };

    /// <summary>A schema for each of our records, referred to by its name.</summary>
    private sealed class Schemas
    {
        private readonly SortedDictionary<string, Type> _types = new(StringComparer.Ordinal);

        public JsonObject Of(Type type)
        {
            _types.TryAdd(Name(type), type);
            return new JsonObject { ["$ref"] = $"#/components/schemas/{Name(type)}" };
        }

        public JsonObject All()
        {
            var done = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
            while (_types.FirstOrDefault(entry => !done.ContainsKey(entry.Key)) is { Value: { } type } next) done[next.Key] = Export(type);
            return new JsonObject(done.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)));
        }

        private JsonNode Export(Type type) => RemoteJson.Options.GetJsonSchemaAsNode(type, new()
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) =>
            {
                var of = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
                if (of == typeof(ReadOnlyMemory<byte>)) return new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" };
                var ours = of.Namespace is "Composable.Connectors.Sdk" or "Composable.Connectors.Remote" && !of.IsEnum && !of.IsConstructedGenericType;
                if (ours && !context.Path.IsEmpty && context.BaseTypeInfo is null) return Of(of);
                if (ours && schema is JsonObject node) Tidy(node, context.TypeInfo);
                return schema;
            },
        });

        /// <summary>What is null is left out, so that nothing is both required and null.</summary>
        private static void Tidy(JsonObject node, JsonTypeInfo type)
        {
            if (node["type"] is JsonArray) node["type"] = "object";
            foreach (var property in type.Properties)
            {
                if (node["properties"]?[property.Name] is null) continue;
                if ((Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == typeof(TimeSpan))
                    node["properties"]![property.Name] = new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["description"] = "Seconds." };
                if (property.PropertyType == typeof(IReadOnlyDictionary<string, object>))
                    node["properties"]![property.Name]!["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "integer", "boolean", "array") };
                if (property.IsRequired || node["properties"]![property.Name] is not JsonObject value) continue;
                value.Remove("default");
                if (value["type"] is JsonArray types) value["type"] = types.Select(each => each!.GetValue<string>()).Single(each => each != "null");
                if (node["required"] is not JsonArray required) continue;
                foreach (var name in required.Where(name => name!.GetValue<string>() == property.Name).ToList()) required.Remove(name);
                if (required.Count == 0) node.Remove("required");
            }
        }

        private static string Name(Type type) => (type.DeclaringType?.Name + type.Name).Replace("Remote", "", StringComparison.Ordinal);
    }
}
