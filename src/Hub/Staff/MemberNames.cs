using System.Collections;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace Composable.Hub.Staff;

/// <summary>Every member that the API takes or answers with, so that a role does not hide what is called otherwise.</summary>
internal sealed class MemberNames(EndpointDataSource endpoints)
{
    private readonly Lazy<HashSet<string>> known = new(() => Collect(endpoints));

    public bool Has(string name) => known.Value.Contains(name);

    private static HashSet<string> Collect(EndpointDataSource endpoints)
    {
        var (names, seen) = (new HashSet<string>(StringComparer.OrdinalIgnoreCase), new HashSet<Type>());
        var open = new Queue<Type>(endpoints.Endpoints.SelectMany(endpoint => endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Select(answer => answer.Type)
            .Concat(endpoint.Metadata.OfType<IAcceptsMetadata>().Select(request => request.RequestType))).OfType<Type>());
        while (open.TryDequeue(out var type))
        {
            if (!seen.Add(type)) continue;
            foreach (var inner in type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments()) open.Enqueue(inner);
            if (type.Namespace?.StartsWith(nameof(Composable), StringComparison.Ordinal) != true || typeof(IEnumerable).IsAssignableFrom(type)) continue;
            foreach (var member in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                names.Add(JsonNamingPolicy.CamelCase.ConvertName(member.Name));
                open.Enqueue(member.PropertyType);
            }
        }

        return names;
    }
}
