using Composable.Connectors.Sdk;

namespace Composable.Connectors.Remote;

/// <param name="Path">Below the connector's address; always asked with POST.</param>
internal abstract record RemoteOperation(string Path, VendorEffect Effect)
{
    public abstract Type Request { get; }

    public abstract Type Answer { get; }
}

internal sealed record RemoteOperation<TRequest, TAnswer>(string Path, VendorEffect Effect) : RemoteOperation(Path, Effect)
    where TRequest : class
    where TAnswer : class
{
    public override Type Request => typeof(TRequest);

    public override Type Answer => typeof(TAnswer);
}

/// <summary>Everything the hub asks of a remote connector. contracts/connector.openapi.json says the same, and a test holds them together.</summary>
internal static class RemoteOperations
{
    public static readonly RemoteOperation<RemotePort, RemoteDone> Check = Reads<RemotePort, RemoteDone>("/check");
    public static readonly RemoteOperation<RemoteNotice, WebhookReading> ReadWebhook = Reads<RemoteNotice, WebhookReading>("/webhooks/read");

    /// <summary>The one operation that a connector need not have.</summary>
    public static readonly RemoteOperation<Subject, Forgotten> Forget = Changes<Subject, Forgotten>("/forget");

    public static readonly RemoteOperation<PaymentRequest, PaymentOutcome> Authorize = Changes<PaymentRequest, PaymentOutcome>("/payments/authorize");
    public static readonly RemoteOperation<PaymentConfirmation, PaymentOutcome> Confirm = Changes<PaymentConfirmation, PaymentOutcome>("/payments/confirm");
    public static readonly RemoteOperation<PaymentInquiry, PaymentOutcome> Inquire = Reads<PaymentInquiry, PaymentOutcome>("/payments/inquire");
    public static readonly RemoteOperation<TransferRequest, TransferOutcome> Capture = Changes<TransferRequest, TransferOutcome>("/payments/capture");
    public static readonly RemoteOperation<VoidRequest, TransferOutcome> VoidPayment = Changes<VoidRequest, TransferOutcome>("/payments/void");
    public static readonly RemoteOperation<TransferRequest, TransferOutcome> RefundPayment = Changes<TransferRequest, TransferOutcome>("/payments/refund");
    public static readonly RemoteOperation<RemoteCustomer, RemoteMethods> SavedMethods = Reads<RemoteCustomer, RemoteMethods>("/payments/saved_methods");
    public static readonly RemoteOperation<RemoteMethod, RemoteDone> ForgetMethod = Changes<RemoteMethod, RemoteDone>("/payments/forget_method");

    public static readonly RemoteOperation<TaxRequest, TaxQuote> Quote = Reads<TaxRequest, TaxQuote>("/tax/quote");
    public static readonly RemoteOperation<TaxSale, RemoteDone> CommitTax = Changes<TaxSale, RemoteDone>("/tax/commit");
    public static readonly RemoteOperation<TaxRefund, RemoteDone> RefundTax = Changes<TaxRefund, RemoteDone>("/tax/refund");
    public static readonly RemoteOperation<RemoteReference, RemoteDone> VoidTax = Changes<RemoteReference, RemoteDone>("/tax/void");
    public static readonly RemoteOperation<TaxAddress, AddressFinding> CheckAddress = Reads<TaxAddress, AddressFinding>("/tax/check_address");

    public static readonly RemoteOperation<RemoteIndex, RemoteGeneration> CurrentGeneration = Reads<RemoteIndex, RemoteGeneration>("/search/current");
    public static readonly RemoteOperation<RemotePreparation, RemoteDone> PrepareGeneration = Changes<RemotePreparation, RemoteDone>("/search/prepare");
    public static readonly RemoteOperation<RemoteWrites, RemoteRefusedWrites> WriteDocuments = Changes<RemoteWrites, RemoteRefusedWrites>("/search/write");
    public static readonly RemoteOperation<RemoteSwitch, RemoteDone> SwitchGeneration = Changes<RemoteSwitch, RemoteDone>("/search/switch");
    public static readonly RemoteOperation<RemoteIds, RemoteVersions> Versions = Reads<RemoteIds, RemoteVersions>("/search/versions");
    public static readonly RemoteOperation<SearchQuery, SearchPage> Query = Reads<SearchQuery, SearchPage>("/search/query");
    public static readonly RemoteOperation<RemoteTyped, RemoteSuggestions> Suggest = Reads<RemoteTyped, RemoteSuggestions>("/search/suggest");
    public static readonly RemoteOperation<RemoteActions, RemoteDone> RecordActions = Changes<RemoteActions, RemoteDone>("/search/record");

    public static readonly RemoteOperation<RemoteRoute, RemotePage> Page = Reads<RemoteRoute, RemotePage>("/content/page");
    public static readonly RemoteOperation<ContentQuery, ContentList> Entries = Reads<ContentQuery, ContentList>("/content/entries");
    public static readonly RemoteOperation<RemoteAssetId, RemoteAsset> Asset = Reads<RemoteAssetId, RemoteAsset>("/content/asset");
    public static readonly RemoteOperation<RemoteCursor, ContentChanges> ContentChanges = Reads<RemoteCursor, ContentChanges>("/content/changes");

    public static readonly RemoteOperation<EdgeFunction, RemoteDone> Deploy = Changes<EdgeFunction, RemoteDone>("/edge/deploy");
    public static readonly RemoteOperation<RemoteEntries, RemoteDone> WriteValues = Changes<RemoteEntries, RemoteDone>("/edge/write");
    public static readonly RemoteOperation<RemoteKey, RemoteValue> ReadValue = Reads<RemoteKey, RemoteValue>("/edge/read");
    public static readonly RemoteOperation<RemotePurge, RemoteDone> Purge = Changes<RemotePurge, RemoteDone>("/edge/purge");

    private static RemoteOperation<TRequest, TAnswer> Reads<TRequest, TAnswer>(string path)
        where TRequest : class
        where TAnswer : class => new(path, VendorEffect.Reads);

    private static RemoteOperation<TRequest, TAnswer> Changes<TRequest, TAnswer>(string path)
        where TRequest : class
        where TAnswer : class => new(path, VendorEffect.Changes);
}
