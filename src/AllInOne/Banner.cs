namespace Composable.AllInOne;

internal static class Banner
{
    public static void Print(ShopOptions options)
    {
        var url = options.Url;
        Console.WriteLine($$$$"""

            Composable is running.
              hub             {{{{url}}}}            health {{{{url}}}}/readyz · API {{{{url}}}}/openapi/storefront.json
              vendor sandbox  {{{{options.SandboxUrl}}}}            ledger {{{{options.SandboxUrl}}}}/_ledger/stripe · faults {{{{options.SandboxUrl}}}}/_faults
              database        {{{{(options.Db is null ? Path.GetFullPath(Path.Combine(options.Data, "hub.db")) : "PostgreSQL")}}}}
              keys            pk_demo (storefront), sk_demo (staff)

            Place an order:
              R=$(curl -s {{{{url}}}}/v1/carts -H 'Hub-Key: pk_demo' -H 'Content-Type: application/json' -d '{"lines":[{"sku":"LANT-FJORD","quantity":2}]}'); T=$(echo "$R" | sed -E 's/.*"token":"([^"]+)".*/\1/'); C=$(echo "$R" | sed -E 's/^\{"id":"([^"]+)".*/\1/')
              K=$(curl -s {{{{url}}}}/v1/checkouts -H "Hub-Cart-Token: $T" -H 'Content-Type: application/json' -d "{\"cartId\":\"$C\"}" | sed -E 's/^\{"id":"([^"]+)".*/\1/'); Q=$(curl -s -X PATCH {{{{url}}}}/v1/checkouts/$K -H "Hub-Cart-Token: $T" -H 'Content-Type: application/json' -d '{"email":"ada@example.com","shippingAddress":{"name":"Ada Byron","line1":"1 Main St","city":"Austin","region":"TX","postalCode":"78701","country":"US"},"billingAddress":null,"deliveryOption":"standard"}' | sed -E 's/.*"quote":\{"token":"([^"]+)".*/\1/')
              curl -s {{{{url}}}}/v1/checkouts/$K/complete -H "Hub-Cart-Token: $T" -H 'Content-Type: application/json' -H "Idempotency-Key: $K" -d "{\"quoteToken\":\"$Q\",\"payment\":{\"method\":{\"type\":\"card\",\"token\":\"pm_card_visa\"}}}"

            ready {{{{url}}}}
            """);
    }
}
