using System.Text.Json;
using Composable.Connectors.Remote;
using static Composable.Connectors.Remote.RemoteOperations;

namespace Connectors.Tests.Remote;

/// <summary>Which operation of the protocol is which call of a port.</summary>
internal static class RemoteServing
{
    public static void Serve(RemoteHost host, IPort port)
    {
        host.On(Check, async (_, cancel) => await DoneAsync(port.CheckAsync(cancel)));
        if (port is IWebhooks webhooks)
            host.On(ReadWebhook, async (notice, cancel) => await webhooks.ReadAsync(new(name => notice.Headers.GetValueOrDefault(name.ToLowerInvariant()), notice.Body, notice.ReceivedAt), cancel));
        if (port is IForgets forgets) host.On(Forget, forgets.ForgetAsync);
        if (port is IPayments payments) Serve(host, payments);
        if (port is ITax tax) Serve(host, tax);
        if (port is ISearch search) Serve(host, search);
        if (port is IContent content) Serve(host, content);
        if (port is IEdge edge) Serve(host, edge);
    }

    private static void Serve(RemoteHost host, IPayments payments)
    {
        host.On(Authorize, payments.AuthorizeAsync);
        host.On(Confirm, payments.ConfirmAsync);
        host.On(Inquire, payments.InquireAsync);
        host.On(Capture, payments.CaptureAsync);
        host.On(VoidPayment, payments.VoidAsync);
        host.On(RefundPayment, payments.RefundAsync);
        host.On(SavedMethods, async (of, cancel) => new RemoteMethods(await payments.SavedMethodsAsync(of.Customer, cancel)));
        host.On(ForgetMethod, async (method, cancel) => await DoneAsync(payments.ForgetMethodAsync(method.Customer, method.Token, cancel)));
    }

    private static void Serve(RemoteHost host, ITax tax)
    {
        host.On(Quote, tax.QuoteAsync);
        host.On(CommitTax, async (sale, cancel) => await DoneAsync(tax.CommitAsync(sale, cancel)));
        host.On(RefundTax, async (refund, cancel) => await DoneAsync(tax.RefundAsync(refund, cancel)));
        host.On(VoidTax, async (sale, cancel) => await DoneAsync(tax.VoidAsync(sale.Reference, cancel)));
        host.On(CheckAddress, tax.CheckAddressAsync);
    }

    private static void Serve(RemoteHost host, ISearch search)
    {
        host.On(CurrentGeneration, async (of, cancel) => new RemoteGeneration(await search.CurrentAsync(of.Index, cancel)));
        host.On(PrepareGeneration, async (asked, cancel) => await DoneAsync(search.PrepareAsync(asked.Index, asked.Generation, asked.Fields, cancel)));
        host.On(WriteDocuments, async (asked, cancel) => new RemoteRefusedWrites(await search.WriteAsync(asked.Index, asked.Generation, [.. asked.Writes.Select(Typed)], cancel)));
        host.On(SwitchGeneration, async (asked, cancel) => await DoneAsync(search.SwitchAsync(asked.Index, asked.Generation, cancel)));
        host.On(Versions, async (asked, cancel) => new RemoteVersions(await search.VersionsAsync(asked.Index, asked.Ids, cancel)));
        host.On(Query, search.QueryAsync);
        host.On(Suggest, async (asked, cancel) => new RemoteSuggestions(await search.SuggestAsync(asked.Index, asked.Typed, asked.Limit, cancel)));
        host.On(RecordActions, async (asked, cancel) => await DoneAsync(search.RecordAsync(asked.Index, asked.Actions, cancel)));
    }

    private static void Serve(RemoteHost host, IContent content)
    {
        host.On(Page, async (asked, cancel) => new RemotePage(await content.PageAsync(asked.Route, asked.Locale, asked.Preview, cancel)));
        host.On(Entries, content.EntriesAsync);
        host.On(Asset, async (asked, cancel) => new RemoteAsset(await content.AssetAsync(asked.Id, asked.Locale, cancel)));
        host.On(RemoteOperations.ContentChanges, (since, cancel) => content.ChangesAsync(since.Cursor, cancel));
    }

    private static void Serve(RemoteHost host, IEdge edge)
    {
        host.On(Deploy, async (program, cancel) => await DoneAsync(edge.DeployAsync(program, cancel)));
        host.On(WriteValues, async (asked, cancel) => await DoneAsync(edge.WriteAsync(asked.Entries, cancel)));
        host.On(ReadValue, async (asked, cancel) => new RemoteValue(await edge.ReadAsync(asked.Key, cancel)));
        host.On(Purge, async (asked, cancel) => await DoneAsync(edge.PurgeAsync(asked.Tags, asked.Addresses, cancel)));
    }

    /// <summary>The protocol carries values as JSON; a connector of this port takes them as .NET has them.</summary>
    private static SearchWrite Typed(SearchWrite write) => write is not SearchWrite.Upsert { Document: var document } ? write
        : new SearchWrite.Upsert(document with { Fields = document.Fields.ToDictionary(field => field.Key, field => Typed((JsonElement)field.Value)) });

    private static object Typed(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Select(item => item.GetString()!).ToList(),
        JsonValueKind.Number => value.GetInt64(),
        JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
        _ => value.GetString()!,
    };

    private static async Task<RemoteDone> DoneAsync(Task work)
    {
        await work;
        return new RemoteDone();
    }
}
