using System.Net;
using System.Text.Json;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Typesense;

public sealed class TypesenseImportTests
{
    private const string Yes = """{"success":true}""";

    private readonly TypesenseStub _typesense = new();

    [Fact]
    public async Task Documents_go_as_json_lines_with_keys_for_filters_and_our_version()
    {
        _typesense.Answers($"{Yes}\n{Yes}\n");
        (await WriteAsync(Put("p1", 7, ("title", "Mug\n\"blue\""), ("brand", "C++"), ("price", 9_000_000_000L), ("available", true), ("tags", (string[])["a", "b"])), Put("p/2", 1))).ShouldBeEmpty();
        var sent = _typesense.Vendor.Requests.ShouldHaveSingleItem();
        (sent.Method, sent.Uri.PathAndQuery, sent.ContentType).ShouldBe(("POST", "/collections/products_g1/documents/import?action=upsert&dirty_values=reject", "application/octet-stream"));
        var lines = sent.Body.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.Select(line => line.GetProperty("id").GetString()).ShouldBe(["p1", "~cC8y"]);
        (lines[0].GetProperty("hub_version").GetInt64(), lines[0].GetProperty("price").GetInt64(), lines[0].GetProperty("available").GetBoolean()).ShouldBe((7, 9_000_000_000, true));
        lines[0].GetProperty("title").GetString().ShouldBe("Mug\n\"blue\"");
        lines[0].GetProperty("brand__key").EnumerateArray().ShouldHaveSingleItem().GetString()!.ShouldMatch("^[0-9a-f]{32}$");
        lines[0].GetProperty("tags__key").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Each_line_has_its_own_verdict_though_the_whole_is_200()
    {
        _typesense.Answers($$"""
            {{Yes}}
            {"code":400,"document":"{}","error":"Field `price` must be an int64.","success":false}
            {"code":413,"error":"x","success":false}
            {"code":503,"error":"x","success":false}
            {"code":429,"error":"x","success":false}
            {"error":"x","success":false}
            {{Yes}}
            """);
        var refused = await WriteAsync([.. Enumerable.Range(0, 7).Select(id => Put($"p{id}", 1))]);
        refused.ShouldBe([new("p1", true, "invalid"), new("p2", true, "too_large"), new("p3", false, "not_now"), new("p4", false, "not_now"), new("p5", false, "not_now")]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Yes)]
    [InlineData($"{Yes}\n{Yes}\n{Yes}")]
    [InlineData($"{Yes}\n{{\"success\":tr")]
    [InlineData($"{Yes}\nnull")]
    [InlineData($"{Yes}{Yes}")]
    [InlineData($"{Yes}\n{{}}")]
    [InlineData("<html>")]
    [InlineData($"[{Yes},{Yes}]")]
    public async Task An_answer_without_a_line_for_each_document_proves_nothing(string answer)
    {
        _typesense.Answers(answer);
        (await Should.ThrowAsync<VendorException>(() => WriteAsync(Put("p1", 1), Put("p2", 1)))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
    }

    [Fact]
    public async Task Deletes_name_their_ids_and_an_asterisk_is_one_id_and_not_all_of_them()
    {
        _typesense.Answers("""{"num_deleted":1}""");
        await WriteAsync(new SearchWrite.Delete("p1"), new SearchWrite.Delete("*"), new SearchWrite.Delete("a`b,c"));
        var sent = _typesense.Vendor.Requests.ShouldHaveSingleItem();
        (sent.Method, sent.Uri.AbsolutePath).ShouldBe(("DELETE", "/collections/products_g1/documents"));
        TypesenseStub.Parameters(sent).ShouldBe(new Dictionary<string, string> { ["filter_by"] = "id:[`p1`,`~Kg`,`~YWBiLGM`]" });
    }

    [Fact]
    public async Task Upserts_and_deletes_of_the_same_document_go_in_their_order_and_the_others_together()
    {
        _typesense.Answers($"{Yes}\n{Yes}").Answers("""{"num_deleted":1}""").Answers(Yes).Answers("""{"num_deleted":1}""");
        await WriteAsync(Put("a", 1), new SearchWrite.Delete("b"), Put("c", 1), new SearchWrite.Delete("a"), Put("b", 1));
        _typesense.Vendor.Requests.Select(request => request.Method + " " + string.Join(' ', request.Method == "POST"
            ? request.Body.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString())
            : [TypesenseStub.Parameters(request)["filter_by"]])).ShouldBe(["POST a c", "DELETE id:[`b`]", "POST b", "DELETE id:[`a`]"]);
    }

    [Fact]
    public async Task Many_deletes_and_large_documents_are_sent_in_parts()
    {
        for (var part = 0; part < 100; part++) _typesense.Answers("""{"num_deleted":1}""");
        await WriteAsync([.. Enumerable.Range(0, 500).Select(id => new SearchWrite.Delete($"a product with a long name, number {id}"))]);
        _typesense.Vendor.Requests.ShouldAllBe(request => request.Uri.PathAndQuery.Length < 3000);
        _typesense.Vendor.Requests.Sum(request => TypesenseStub.Parameters(request)["filter_by"].Split(',').Length).ShouldBe(500);

        var stub = new TypesenseStub();
        var text = new string('x', stub.Client().Limits.MaxDocumentBytes - 1000);
        for (var part = 0; part < 4; part++) stub.Vendor.Answers(string.Join('\n', Enumerable.Repeat(Yes, part < 2 ? 16 : 8)));
        var writes = Enumerable.Range(0, 40).Select(id => Put($"p{id}", 1, ("description", text))).ToArray();
        (await stub.Client().WriteAsync("products", "g1", writes, CancellationToken.None)).ShouldBeEmpty();
        stub.Vendor.Requests.Count.ShouldBe(3);
        stub.Vendor.Requests.ShouldAllBe(request => request.Body.Length <= 4 * 1024 * 1024 + 1000);
    }

    [Theory]
    [InlineData(400, VendorFailure.Rejected)]
    [InlineData(404, VendorFailure.Misconfigured)]
    [InlineData(401, VendorFailure.Misconfigured)]
    [InlineData(429, VendorFailure.RateLimited)]
    [InlineData(503, VendorFailure.OutcomeUnknown)]
    public async Task A_batch_refused_as_a_whole_is_a_failure(int status, VendorFailure failure)
    {
        _typesense.Answers((HttpStatusCode)status, "no");
        (await Should.ThrowAsync<VendorException>(() => WriteAsync(Put("p1", 1)))).Failure.ShouldBe(failure);
    }

    private static SearchWrite.Upsert Put(string id, long version, params (string Name, object Value)[] fields) =>
        new(new SearchDocument(id, version, fields.ToDictionary(field => field.Name, field => field.Value)));

    private Task<IReadOnlyList<RefusedWrite>> WriteAsync(params SearchWrite[] writes) => _typesense.Client().WriteAsync("products", "g1", writes, CancellationToken.None);
}
