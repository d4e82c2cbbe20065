using System.Text.Json.Nodes;

namespace Fuzz.Tests.Contract;

/// <summary>What the running hub says of itself in its OpenAPI documents.</summary>
internal sealed class ApiContract(IReadOnlyList<Operation> operations)
{
    public IReadOnlyList<Operation> Operations { get; } = operations;

    public Operation this[string name] => Operations.FirstOrDefault(operation => operation.Name == name) ?? throw new InvalidOperationException($"The hub does not describe {name}.");

    public static async Task<ApiContract> ReadAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var operations = new List<Operation>();
        foreach (var name in (string[])["storefront", "admin"])
        {
            using var answer = await http.GetAsync(new Uri($"/openapi/{name}.json", UriKind.Relative), cancellationToken);
            operations.AddRange(Of(JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken))!.AsObject()));
        }

        return new(operations);
    }

    public static IEnumerable<Operation> Of(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select new Operation(operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject(), document);

    /// <summary>Which operation an address leads to, as it was sent. Null when the contract has none.</summary>
    public Operation? Find(string method, IReadOnlyList<string> segments)
    {
        var wanted = method == "HEAD" ? "GET" : method;
        segments = Normal(segments);
        return Operations.Where(operation => operation.Method == wanted && operation.Takes(segments)).OrderByDescending(operation => operation.Segments.Count(segment => segment[0] != '{')).FirstOrDefault();
    }

    /// <summary>As the server reads it: dots are taken as steps, and a last slash makes no difference to routing.</summary>
    private static List<string> Normal(IReadOnlyList<string> segments)
    {
        var normal = new List<string>();
        foreach (var segment in segments.SelectMany(each => each.Split('/')))
        {
            var dots = segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase);
            if (dots == ".." && normal.Count > 0) normal.RemoveAt(normal.Count - 1);
            if (dots is not ("." or "..")) normal.Add(segment);
        }

        if (normal is [.., ""]) normal.RemoveAt(normal.Count - 1);
        return normal;
    }
}

internal sealed record Parameter(string Name, string Place, bool Required, JsonObject Schema);

/// <summary>One verb at one address, as the document describes it.</summary>
internal sealed class Operation(string method, string path, JsonObject node, JsonObject document)
{
    public string Method { get; } = method;

    public string Path { get; } = path;

    public string Name { get; } = $"{method} {path}";

    public JsonObject Document { get; } = document;

    public bool IsAdmin { get; } = path.StartsWith("/admin", StringComparison.Ordinal);

    public IReadOnlyList<string> Segments { get; } = path.Trim('/').Split('/');

    public IReadOnlyList<Parameter> Parameters { get; } =
    [
        .. (node["parameters"]?.AsArray() ?? []).Select(each => new Parameter(each!["name"]!.GetValue<string>(), each["in"]!.GetValue<string>(), each["required"]?.GetValue<bool>() ?? false, each["schema"]?.AsObject() ?? [])),
    ];

    /// <summary>Null when the operation takes no JSON.</summary>
    public JsonObject? Body { get; } = node["requestBody"]?["content"]?["application/json"]?["schema"]?.AsObject();

    /// <summary>Takes a file of any type.</summary>
    public bool TakesFile { get; } = node["requestBody"]?["content"]?["*/*"] is not null;

    public bool Takes(string header) => Parameters.Any(parameter => parameter.Place == "header" && parameter.Name == header);

    public bool Needs(string header) => Parameters.Any(parameter => parameter.Place == "header" && parameter.Name == header && parameter.Required);

    public bool Documents(int status) => Responses.ContainsKey(Text(status));

    /// <summary>The media type and schema of an answer; null when the document promises no body.</summary>
    public (string Type, JsonObject Schema)? Content(int status) =>
        Responses[Text(status)]?["content"]?.AsObject().FirstOrDefault() is { Key: { } type, Value: { } content } ? (type, content["schema"]?.AsObject() ?? []) : null;

    public JsonObject ProblemSchema => Document["components"]!["schemas"]!["Problem"]!.AsObject();

    public bool Takes(IReadOnlyList<string> segments)
    {
        // The route of a page is the rest of the address, or nothing: then it is the first page.
        if (Segments[^1] == "{route}" ? segments.Count < Segments.Count - 1 : segments.Count != Segments.Count) return false;
        return Segments.Take(segments.Count).Select((segment, at) => segment[0] == '{' ? segments[at].Length > 0 : segment.Equals(segments[at], StringComparison.OrdinalIgnoreCase)).All(same => same);
    }

    private JsonObject Responses { get; } = node["responses"]!.AsObject();

    private static string Text(int status) => status.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
