using System.Reflection;
using System.Text.Json.Nodes;
using Composable.Contracts;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Composable.Hub.Http;

/// <summary>The API documents: one for storefronts, one for staff. They are the same on every machine, so that a change of the API shows as a change of a file.</summary>
internal static class OpenApiDocuments
{
    private static readonly string[] OfMarkets = ["/v1/products", "/v1/search", "/v1/pages"];

    private const string HubKey = "hubKey", CartToken = "cartToken", Session = "session", SecretKey = "secretKey", StaffSession = "staffSession";
    private static readonly string[] Money = ["complete", "capture", "refund", "cancel"];

    public static void AddOpenApiDocuments(this IServiceCollection services)
    {
        foreach (var (name, prefix) in new[] { ("storefront", "v1/"), ("admin", "admin/") })
        {
            services.AddOpenApi(name, options =>
            {
                options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
                options.ShouldInclude = description => description.RelativePath?.StartsWith(prefix, StringComparison.Ordinal) == true;
                options.AddOperationTransformer((operation, context, _) => Describe(operation, context));
                options.AddDocumentTransformer((document, context, cancellationToken) => DescribeAsync(document, context, name, cancellationToken));
            });
        }
    }

    public static IEndpointConventionBuilder MapOpenApiDocuments(this IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/{documentName}.json");

    private static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var (method, path) = (context.Description.HttpMethod!, "/" + context.Description.RelativePath!.Trim('/').Replace("{**", "{", StringComparison.Ordinal));
        operation.Summary = OpenApiTexts.Summaries.GetValueOrDefault($"{method} {path}");
        operation.OperationId = IdOf(method, path);
        operation.Parameters ??= [];
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>().Any(handler => handler.GetParameters().Any(parameter => parameter.ParameterType == typeof(PageRequest))))
        {
            operation.Parameters.Add(Parameter("limit", ParameterLocation.Query, new() { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "100", Default = 24 }));
            operation.Parameters.Add(Parameter("cursor", ParameterLocation.Query));
        }

        var isOfMarket = Array.Exists(OfMarkets, start => path.StartsWith(start, StringComparison.Ordinal));
        if (isOfMarket) operation.Parameters.Add(Parameter("market", ParameterLocation.Query));
        if (isOfMarket || path is "/v1/carts" or "/v1/sessions" or "/v1/sessions/passkey" or "/v1/sign-ins/finish" or "/v1/customers/me/cart") operation.Parameters.Add(Parameter("Hub-Market", ParameterLocation.Header));
        var last = path.Split('/')[^1];
        if (method != "GET" && !OpenApiCustomers.Concern(path) && !ShowsASecret(method, path)) operation.Parameters.Add(Parameter("Idempotency-Key", ParameterLocation.Header, new() { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 }, required: Money.Contains(last)));
        if (OpenApiCustomers.Concern(path) ? OpenApiCustomers.Change(method, path) : Changes(method, path)) operation.Parameters.Add(Parameter("If-Match", ParameterLocation.Header, required: IsChangeByStaff(path) && method == "POST"));
        if (method == "GET" && last is "{id}" or "{code}" or "{route}") operation.Parameters.Add(Parameter("If-None-Match", ParameterLocation.Header));
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>()) parameter.Description ??= OpenApiTexts.Parameters.GetValueOrDefault(parameter.Name!);
        operation.Security = [.. Keys(path).Select(scheme => new OpenApiSecurityRequirement { [new(scheme, context.Document)] = [] })];
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "A problem (RFC 9457). Decide by its code.",
            Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(nameof(Problem), context.Document) } },
        };
        return Task.CompletedTask;
    }

    private static async Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, string name, CancellationToken cancellationToken)
    {
        document.Info = new()
        {
            Title = $"Composable {name} API",
            Version = "1",
            Description = "Amounts are integers in minor units of their currency. Times are RFC 3339 in UTC. Lists are pages: { items, nextCursor }. Every answer carries Trace-Id, RateLimit and RateLimit-Policy.",
        };
        document.Servers?.Clear();
        document.Components ??= new();
        var schemas = document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        schemas[nameof(Problem)] = await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancellationToken);
        if (schemas[nameof(Problem)].Properties?["code"] is OpenApiSchema code) code.Enum = [.. Codes.All.Select(value => (JsonNode)value)];
        if (schemas.TryGetValue(nameof(CartOperations), out var operations) && operations.Properties?["operations"] is OpenApiSchema list) list.Items = new OpenApiSchema { OneOf = await OperationsAsync(context, cancellationToken) };
        document.Components.SecuritySchemes = new SortedDictionary<string, IOpenApiSecurityScheme>(Schemes(name), StringComparer.Ordinal);
        document.Components.Schemas = new SortedDictionary<string, IOpenApiSchema>(schemas, StringComparer.Ordinal);
        var paths = document.Paths.OrderBy(path => path.Key, StringComparer.Ordinal).ToList();
        document.Paths.Clear();
        foreach (var (path, item) in paths) document.Paths.Add(path, item);
    }

    /// <summary>The operations of a cart have a converter of their own, which the schema of the list cannot look into.</summary>
    private static async Task<List<IOpenApiSchema>> OperationsAsync(OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var choices = new List<IOpenApiSchema>();
        foreach (var operation in typeof(CartOperation).GetNestedTypes())
        {
            var choice = await context.GetOrCreateSchemaAsync(operation, null, cancellationToken);
            choice.Title = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(operation.Name);
            (choice.Properties ??= new Dictionary<string, IOpenApiSchema>())["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [choice.Title] };
            (choice.Required ??= new HashSet<string>()).Add("type");
            choices.Add(choice);
        }

        return choices;
    }

    private static Dictionary<string, IOpenApiSecurityScheme> Schemes(string document)
    {
        var schemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [SecretKey] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A secret key sk_… for servers, with scopes; or the token at_… that a service is given for its key at /oauth/token." },
        };
        if (document == "admin")
        {
            schemes[StaffSession] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The token ss_… of a session of staff, given once by signing in; their roles say what it opens." };
            return schemes;
        }

        schemes[HubKey] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "Hub-Key", Description = "A publishable key pk_…; it may be shown in a storefront." };
        schemes[CartToken] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "Hub-Cart-Token",
            Description = "The token given when the cart was created; it opens the cart, its checkouts and its order. Also taken from the cookie hub_cart_token.",
        };
        schemes[Session] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The token cs_… of a customer's session, given once by signing in. It stands for a publishable key too." };
        return schemes;
    }

    private static string[] Keys(string path) =>
        path is "/admin/sessions" or "/admin/invitations/accept" || path.StartsWith("/admin/sign-ins", StringComparison.Ordinal) ? []
        : path is "/admin/sessions/current" or "/admin/sessions/password" ? [StaffSession]
        : path.StartsWith("/admin", StringComparison.Ordinal) ? [SecretKey, StaffSession]
        : OpenApiCustomers.NeedSession(path) ? [Session]
        : path.StartsWith("/v1/carts/", StringComparison.Ordinal) || path.StartsWith("/v1/checkouts", StringComparison.Ordinal) || path.StartsWith("/v1/orders", StringComparison.Ordinal) ? [CartToken, Session, SecretKey]
        : [HubKey, Session, SecretKey];

    /// <summary>Answers with a key or a token in them are not kept for repeats.</summary>
    private static bool ShowsASecret(string method, string path) => path.StartsWith("/admin/keys", StringComparison.Ordinal) || path.StartsWith("/admin/sessions", StringComparison.Ordinal)
        || path.StartsWith("/admin/invitations", StringComparison.Ordinal) || path.StartsWith("/admin/sign-ins", StringComparison.Ordinal) || (method == "POST" && path.StartsWith("/admin/staff", StringComparison.Ordinal));

    private static bool Changes(string method, string path) => method switch
    {
        "GET" => false,
        "DELETE" => path != "/admin/sessions/current",
        "POST" => path.StartsWith("/v1/carts/", StringComparison.Ordinal) || path.StartsWith("/v1/checkouts/", StringComparison.Ordinal) || IsChangeByStaff(path),
        _ => true,
    };

    /// <summary>Of something that staff can read, with its ETag.</summary>
    private static bool IsChangeByStaff(string path) => path.StartsWith("/admin/orders/", StringComparison.Ordinal) || path.StartsWith("/admin/processes/", StringComparison.Ordinal) || path.StartsWith("/admin/keys/{", StringComparison.Ordinal) || path.StartsWith("/admin/staff/", StringComparison.Ordinal);

    private static OpenApiParameter Parameter(string name, ParameterLocation place, OpenApiSchema? schema = null, bool required = false) =>
        new() { Name = name, In = place, Required = required, Schema = schema ?? new OpenApiSchema { Type = JsonSchemaType.String } };

    /// <summary>Such as <c>postCheckoutsIdComplete</c>.</summary>
    private static string IdOf(string method, string path) => method.ToLowerInvariant() + string.Concat(path.Split(['/', '{', '}', '-'], StringSplitOptions.RemoveEmptyEntries)
        .Skip(1).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
}
