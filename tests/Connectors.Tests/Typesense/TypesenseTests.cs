using Connectors.Tests.Kit;

namespace Connectors.Tests.Typesense;

public sealed class TypesenseTests : SearchContract, IClassFixture<VendorSandbox>, IDisposable
{
    private readonly VendorSandbox _sandbox;
    private readonly Line _line = new();

    public TypesenseTests(VendorSandbox sandbox)
    {
        _sandbox = sandbox;
        Search = Connect();
    }

    protected override ISearch Search { get; }

    public void Dispose() => _line.Dispose();

    [Fact]
    public async Task Another_hub_follows_a_switch_at_once_with_the_new_fields_and_weights()
    {
        var index = $"shared-{Guid.NewGuid():N}";
        var other = Connect();
        await FillAsync("g1", new("title", SearchFieldKind.Text, Weight: 5), new("material", SearchFieldKind.Text, Weight: 1));
        (await IdsAsync(other)).ShouldBe(["title", "material"]);

        await FillAsync("g2", new("title", SearchFieldKind.Text, Weight: 1), new("material", SearchFieldKind.Text, Weight: 5), new("stock", SearchFieldKind.Number, Sort: true));
        (await IdsAsync(other)).ShouldBe(["material", "title"]);

        await FillAsync("g3", new SearchField("material", SearchFieldKind.Text, Weight: 5));
        (await IdsAsync(other)).ShouldBe(["material"]);
        (await Should.ThrowAsync<VendorException>(() => IdsAsync(other, new SearchSort("stock", false)))).Failure.ShouldBe(VendorFailure.Rejected);

        async Task<IEnumerable<string>> IdsAsync(ISearch hub, SearchSort? sort = null) =>
            (await hub.QueryAsync(new SearchQuery(index, "clay", [], [], sort, 10, null), CancellationToken.None)).Hits.Select(hit => hit.Id);

        async Task FillAsync(string generation, params SearchField[] fields)
        {
            await Search.PrepareAsync(index, generation, fields, CancellationToken.None);
            await Search.WriteAsync(index, generation, [new SearchWrite.Upsert(Document("title", "Clay")), new SearchWrite.Upsert(Document("material", "Pot", ("material", "clay")))], CancellationToken.None);
            await Search.SwitchAsync(index, generation, CancellationToken.None);
        }
    }

    [Theory]
    [InlineData("upsert")]
    [InlineData("delete")]
    [InlineData("switch")]
    public async Task A_lost_answer_is_outcome_unknown_and_a_repeat_is_harmless(string change)
    {
        var index = $"lost-{Guid.NewGuid():N}";
        await Search.PrepareAsync(index, "g1", [new("title", SearchFieldKind.Text, Weight: 1)], CancellationToken.None);
        Func<Task> call = change switch
        {
            "upsert" => () => Search.WriteAsync(index, "g1", [new SearchWrite.Upsert(Document("p1", "Clay"))], CancellationToken.None),
            "delete" => () => Search.WriteAsync(index, "g1", [new SearchWrite.Delete("p1")], CancellationToken.None),
            _ => () => Search.SwitchAsync(index, "g1", CancellationToken.None),
        };
        _line.LoseAnswers();
        (await Should.ThrowAsync<VendorException>(call)).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        await call();
        await Search.SwitchAsync(index, "g1", CancellationToken.None);
        (await Search.QueryAsync(new SearchQuery(index, "", [], [], null, 10, null), CancellationToken.None)).Total.ShouldBe(change == "upsert" ? 1 : 0);
    }

    private ISearch Connect() => (ISearch)Vendors.Connect("typesense", new { apiKey = "key_1", baseUrl = $"{_sandbox.Address}/typesense" }, new HttpClient(_line, disposeHandler: false));
}
