using Microsoft.Extensions.FileProviders;

namespace Composable.AllInOne.Demo;

/// <summary>The sample pages. They are copied to the data directory once, where they are the shop's own from then on.</summary>
internal static class DemoContent
{
    private static readonly string[] Kinds = ["pages", "entries", "assets"];

    public static void Prepare(ShopOptions options)
    {
        if (Directory.Exists(options.Content)) return;
        foreach (var kind in Kinds) Directory.CreateDirectory(Path.Combine(options.Content, kind));
        if (!options.DemoData) return;
        var samples = Path.Combine(AppContext.BaseDirectory, "Demo", "content");
        foreach (var file in Directory.EnumerateFiles(samples, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(options.Content, Path.GetRelativePath(samples, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>Publishes the pictures and files of the pages; nothing that lies beside them.</summary>
    public static void UseAssets(WebApplication app, ShopOptions options) => app.UseStaticFiles(new StaticFileOptions
    {
        RequestPath = "/content/assets",
        FileProvider = new PhysicalFileProvider(Directory.CreateDirectory(Path.Combine(options.Content, "assets")).FullName),
        OnPrepareResponse = answer =>
        {
            answer.Context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
            answer.Context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        },
    });
}
