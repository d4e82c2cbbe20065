namespace Composable.Sandbox.Adyen;

/// <summary>Adyen's addresses, each with the operation name that faults use.</summary>
internal sealed class AdyenRoutes(AdyenBooks books, Endings endings, AdyenPipeline pipeline)
{
    private const string Root = "/adyen/v72";
    private const int Ok = StatusCodes.Status200OK;
    private const int Created = StatusCodes.Status201Created;

    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup(Root);
        var payments = new PaymentOperations(books, pipeline.CheckAccount);
        var modifications = new ModificationOperations(books, endings, pipeline.CheckAccount);
        var stored = new StoredMethodOperations(books);
        group.MapPost("/payments", pipeline.Post("authorize", Ok, AdyenJson.Default.PaymentBody, payments.Pay));
        group.MapPost("/payments/details", pipeline.Post("confirm", Ok, AdyenJson.Default.DetailsBody, payments.Details));
        group.MapPost("/payments/{id}/captures", pipeline.Post("capture", Created, AdyenJson.Default.TransferBody, modifications.Capture));
        group.MapPost("/payments/{id}/refunds", pipeline.Post("refund", Created, AdyenJson.Default.TransferBody, modifications.Refund));
        group.MapPost("/payments/{id}/cancels", pipeline.Post("cancel", Created, AdyenJson.Default.CancelBody, modifications.Cancel));
        group.MapPost("/cancels", pipeline.Post("cancel", Created, AdyenJson.Default.CancelBody, modifications.CancelByReference));
        group.MapPost("/paymentMethods", pipeline.Post("list", Ok, AdyenJson.Default.MethodsBody, Methods));
        group.MapGet("/storedPaymentMethods", pipeline.Plain("list", Ok, stored.List));
        app.MapPost("/adyen/data-protection/v1/requestSubjectErasure", pipeline.Post("erase", Ok, AdyenJson.Default.ErasureBody, new ErasureOperations(books, pipeline.CheckAccount).Erase));
        group.MapDelete("/storedPaymentMethods/{id}", pipeline.Plain("update", StatusCodes.Status204NoContent, stored.Remove));
    }

    private AdyenEffect Methods(AdyenCall call, MethodsBody body)
    {
        pipeline.CheckAccount(body.MerchantAccount);
        return new AdyenEffect(new AdyenEntry(), """{"paymentMethods":[{"brands":["visa","mc"],"name":"Cards","type":"scheme"}]}""");
    }
}
