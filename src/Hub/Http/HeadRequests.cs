namespace Composable.Hub.Http;

internal static class HeadRequests
{
    /// <summary>Routing in which HEAD finds what GET finds. The server leaves the body out by itself.</summary>
    public static void UseRoutingWithHead(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            if (HttpMethods.IsHead(context.Request.Method))
            {
                context.Items[typeof(HeadRequests)] = true;
                context.Request.Method = HttpMethods.Get;
            }

            return next(context);
        });
        app.UseRouting();
        app.Use((context, next) =>
        {
            if (HttpMethods.IsGet(context.Request.Method) && context.Items.ContainsKey(typeof(HeadRequests))) context.Request.Method = HttpMethods.Head;
            return next(context);
        });
    }
}
