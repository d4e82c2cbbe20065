using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;

namespace Composable.Connectors.Sdk;

/// <summary>Code that speaks one vendor. What it can do is read off the ports that its client implements.</summary>
public abstract class Connector(string id, string name)
{
    /// <summary>Stable lower-case id, such as <c>stripe</c>.</summary>
    public string Id { get; } = id;

    /// <summary>The vendor's name as people write it.</summary>
    public string Name { get; } = name;

    /// <summary>The ports the connector's client implements.</summary>
    public abstract IReadOnlyList<Type> Ports { get; }

    /// <summary>JSON Schema of the settings; secrets are marked <c>writeOnly</c>.</summary>
    public abstract JsonNode SettingsSchema { get; }

    /// <summary>Makes a client from settings. Throws <see cref="VendorException"/> (Misconfigured) naming the setting that is wrong.</summary>
    public abstract IPort Connect(JsonElement settings, HttpClient http);
}

/// <inheritdoc/>
public abstract class Connector<TSettings, TClient>(string id, string name) : Connector(id, name)
    where TSettings : class
    where TClient : class, IPort
{
    private static readonly JsonSerializerOptions SettingsJson = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        // Named, because the schema may be asked for before the first settings are read.
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
    };

    public override IReadOnlyList<Type> Ports { get; } =
        [.. typeof(TClient).GetInterfaces().Where(type => type != typeof(IPort) && typeof(IPort).IsAssignableFrom(type))];

    public override JsonNode SettingsSchema => SettingsJson.GetJsonSchemaAsNode(typeof(TSettings), new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) =>
        {
            var attributes = context.PropertyInfo?.AttributeProvider;
            if (schema is not JsonObject node || attributes is null) return schema;
            if (attributes.GetCustomAttributes(typeof(DisplayAttribute), false).FirstOrDefault() is DisplayAttribute display) node["title"] = display.Name;
            if (attributes.IsDefined(typeof(SecretAttribute), false)) node["writeOnly"] = true;
            return node;
        },
    });

    public override IPort Connect(JsonElement settings, HttpClient http)
    {
        try
        {
            var read = settings.Deserialize<TSettings>(SettingsJson) ?? throw new JsonException("Settings are missing.");
            Validator.ValidateObject(read, new ValidationContext(read), validateAllProperties: true);
            return Connect(read, http);
        }
        catch (Exception wrong) when (wrong is JsonException or ValidationException)
        {
            throw new VendorException(VendorFailure.Misconfigured, $"Settings of {Name}: {wrong.Message}", inner: wrong);
        }
    }

    protected abstract TClient Connect(TSettings settings, HttpClient http);
}

/// <summary>A setting that is encrypted at rest, never returned and never logged.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;
