using System.Diagnostics;
using System.Text.Json;
using Composable.Sandbox.Faults;

namespace Composable.Sandbox.Typesense;

/// <summary>Typesense's addresses, each with the operation name that faults use.</summary>
internal sealed class TypesenseRoutes(TypesenseBooks books, TypesensePipeline pipeline)
{
    private const string Root = "/typesense";
    private const int MostSearches = 50;

    private readonly Importing _importing = new(books);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Root + "/health", http => Reply.SendAsync(http, 200, WriteHealth, FaultPlan.None));
        MapCollections(app.MapGroup(Root + "/collections"));
        MapDocuments(app.MapGroup(Root + "/collections/{name}/documents"));
        MapAliases(app.MapGroup(Root + "/aliases"));
        app.MapPost(Root + "/multi_search", pipeline.WithBody("search", 200, TypesenseJson.Default.SearchBatch, SearchMany));
        app.Map(Root + "/{**rest}", pipeline.Without("unknown", _ => throw TypesenseRefusal.NotFound()));
        app.MapGet("/_ledger/typesense", http => Reply.SendAsync(http, 200, json => TypesenseLedger.Write(json, books, pipeline.Requests), FaultPlan.None));
    }

    private static string Name(HttpContext http) => (string)http.Request.RouteValues["name"]!;

    private static string[] Excluded(HttpContext http) => http.Request.Query["exclude_fields"].ToString().Split(',');

    private static void WriteHealth(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteBoolean("ok", true);
        json.WriteEndObject();
    }

    private void MapCollections(RouteGroupBuilder group)
    {
        group.MapPost("", pipeline.WithBody("prepare", 201, TypesenseJson.Default.CollectionSchema, (_, schema) => Show(books.Create(schema), [])));
        group.MapGet("/{name}", pipeline.Without("retrieve", http => Show(books.Find(Name(http)), [])));
        group.MapDelete("/{name}", pipeline.Without("drop", http => Show(books.Remove(Name(http)), [])));
        group.MapGet("", pipeline.Without("list", http => json =>
        {
            var offset = int.TryParse(http.Request.Query["offset"], out var from) ? from : 0;
            var limit = int.TryParse(http.Request.Query["limit"], out var most) ? most : int.MaxValue;
            json.WriteStartArray();
            foreach (var index in books.Collections.Values.OrderByDescending(index => index.CreatedAt).Skip(offset).Take(limit))
            {
                CollectionReply.Write(json, index, Excluded(http));
            }

            json.WriteEndArray();
        }));
    }

    private void MapDocuments(RouteGroupBuilder group)
    {
        group.MapGet("/search", pipeline.Without("search", http => Search(Name(http), SearchParameters.From(http.Request.Query))));
        group.MapPost("/import", pipeline.WithLines("import", (http, body) => _importing.Import(Name(http), http.Request.Query, body)));
        group.MapPost("", pipeline.WithBody("import", 201, TypesenseJson.Default.JsonElement, (http, document) => _importing.Index(Name(http), http.Request.Query, document)));
        group.MapDelete("", pipeline.Without("delete", http => Delete(Name(http), http.Request.Query["filter_by"].ToString())));
        group.MapGet("/{id}", pipeline.Without("retrieve", http => Show(books.Find(Name(http)), (string)http.Request.RouteValues["id"]!)));
        group.MapDelete("/{id}", pipeline.Without("delete", http =>
        {
            var id = (string)http.Request.RouteValues["id"]!;
            var shown = Show(books.Find(Name(http)), id);
            books.Drop(Name(http), _ => [id]);
            return shown;
        }));
    }

    private Action<Utf8JsonWriter> Delete(string collection, string filter)
    {
        if (filter.Length == 0)
        {
            throw TypesenseRefusal.Bad("Parameter `filter_by` must be provided.");
        }

        var removed = books.Drop(collection, index =>
        {
            var chosen = Filters.Read(index, filter);
            return [.. index.Documents.OfType<SearchDocument>().Where(chosen).Select(document => document.Id)];
        });
        return json =>
        {
            json.WriteStartObject();
            json.WriteNumber("num_deleted", removed);
            json.WriteEndObject();
        };
    }

    private void MapAliases(RouteGroupBuilder group)
    {
        group.MapGet("", pipeline.Without("list", _ => json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("aliases");
            foreach (var (alias, target) in books.Aliases)
            {
                ShowAlias(alias, target)(json);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }));
        group.MapGet("/{name}", pipeline.Without("retrieve", http => ShowAlias(Name(http), Target(Name(http)))));
        group.MapPut("/{name}", pipeline.WithBody("alias", 200, TypesenseJson.Default.AliasTarget, (http, target) =>
        {
            books.Point(Name(http), target.CollectionName);
            return ShowAlias(Name(http), target.CollectionName);
        }));
        group.MapDelete("/{name}", pipeline.Without("alias", http =>
        {
            var target = Target(Name(http));
            books.Point(Name(http), null);
            return ShowAlias(Name(http), target);
        }));
    }

    private string Target(string alias) => books.Aliases.GetValueOrDefault(alias) ?? throw TypesenseRefusal.NotFound();

    private static Action<Utf8JsonWriter> ShowAlias(string alias, string target) => json =>
    {
        json.WriteStartObject();
        json.WriteString("collection_name", target);
        json.WriteString("name", alias);
        json.WriteEndObject();
    };

    private static Action<Utf8JsonWriter> Show(SearchIndex index, IReadOnlyCollection<string> excluded) => json => CollectionReply.Write(json, index, excluded);

    private static Action<Utf8JsonWriter> Show(SearchIndex index, string id)
    {
        lock (index.Gate)
        {
            var document = index.Find(id) ?? throw new TypesenseRefusal(404, $"Could not find a document with id: {id}");
            return json => json.WriteRawValue(document.Json);
        }
    }

    private Action<Utf8JsonWriter> Search(string name, SearchParameters parameters)
    {
        var began = Stopwatch.GetTimestamp();
        var index = books.Find(name);
        lock (index.Gate)
        {
            var found = SearchRun.Run(index, parameters);
            return json => SearchReply.Write(json, found, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    private Action<Utf8JsonWriter> SearchMany(HttpContext http, SearchBatch batch)
    {
        if (batch.Searches.Count > MostSearches)
        {
            throw TypesenseRefusal.Bad($"Number of multi searches exceeds {MostSearches}.");
        }

        var results = batch.Searches.Select(own => SearchOne(SearchParameters.From(http.Request.Query, own))).ToList();
        return json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            results.ForEach(result => result(json));
            json.WriteEndArray();
            json.WriteEndObject();
        };
    }

    /// <summary>One that fails does not fail the others.</summary>
    private Action<Utf8JsonWriter> SearchOne(SearchParameters parameters)
    {
        try
        {
            return Search(parameters.Text("collection") ?? throw TypesenseRefusal.NotFound(), parameters);
        }
        catch (TypesenseRefusal refusal)
        {
            return json =>
            {
                json.WriteStartObject();
                json.WriteNumber("code", refusal.Status);
                json.WriteString("error", refusal.Message);
                json.WriteEndObject();
            };
        }
    }
}
