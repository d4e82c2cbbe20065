namespace Composable.AllInOne;

internal static class VerifyVerb
{
    public static Task<int> RunAsync(ShopOptions options, CancellationToken cancellationToken) => Task.FromResult(0);
}
