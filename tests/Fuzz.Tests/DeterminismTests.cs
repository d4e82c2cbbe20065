using System.Text;
using System.Text.Json.Nodes;
using Fuzz.Tests.Contract;
using Fuzz.Tests.Mutations;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests;

public sealed class DeterminismTests
{
    private static readonly ApiContract Api = new([.. ApiContract.Of(JsonNode.Parse("""
        { "paths": { "/v1/carts/{id}/lines": { "post": { "responses": {}, "parameters": [{ "name": "limit", "in": "query" }, { "name": "Idempotency-Key", "in": "header" }],
            "requestBody": { "content": { "application/json": { "schema": { "type": "object", "required": ["sku"], "properties": { "sku": { "type": "string" }, "quantity": { "type": "integer" }, "tags": { "type": "array", "items": { "type": "string" } } } } } } } } } } }
        """)!.AsObject())]);

    [Fact]
    public void The_same_seed_makes_the_same_requests() => Many(7).ShouldBe(Many(7));

    [Fact]
    public void Another_seed_makes_others() => Many(7).ShouldNotBe(Many(8));

    [Fact]
    public void Hundreds_of_requests_are_hardly_ever_the_same() => Many(7).Distinct().Count().ShouldBeGreaterThan(450);

    private static List<string> Many(int seed)
    {
        var (random, made) = (new Random(seed), new List<string>());
        for (var number = 0; number < 500; number++)
        {
            var things = new Things();
            var draft = Bender.Bend(new Writer(things, random, $"k{number}").Any(Api.Operations[0]), Api.Operations[0], things, random);
            made.Add($"{draft.Method} {draft.Target} {string.Join(';', draft.Headers.Where(header => header.Value != $"k{number}"))} {Encoding.Latin1.GetString(draft.Bytes() ?? [])}");
        }

        return made;
    }
}
