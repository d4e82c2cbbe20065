namespace Composable.Sandbox.Typesense;

/// <summary>Ends a request, or a line of an import, with one of Typesense's errors.</summary>
internal sealed class TypesenseRefusal(int status, string message) : Exception(message)
{
    public int Status => status;

    public static TypesenseRefusal Bad(string message) => new(400, message);

    public static TypesenseRefusal NotFound() => new(404, "Not Found");

    public static TypesenseRefusal NoCollection(string name) => new(404, $"No collection with name `{name}` found.");

    public static TypesenseRefusal NoField(string purpose, string name) => new(404, $"Could not find a {purpose}field named `{name}` in the schema.");
}
