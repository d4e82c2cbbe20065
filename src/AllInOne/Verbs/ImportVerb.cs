using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Composable.Contracts;
using Composable.Hub.Catalog.Import;
using Spectre.Console;

namespace Composable.AllInOne.Verbs;

/// <summary>Sends a catalogue file to a running hub and shows what became of its rows.</summary>
/// <param name="admin">Its own timeout must be infinite: a long file takes longer than any other call.</param>
internal sealed class ImportVerb(HttpClient admin, IAnsiConsole console)
{
    private const int ShownRejections = 20;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private sealed record ImportAnswer(string Id, string Status, long Rows, long Accepted, long Unchanged, long Rejected);

    private sealed record RejectedRow(long Line, string Reason);

    /// <summary>0 when the file was imported, rejected rows or not; 1 when the import failed.</summary>
    public async Task<int> RunAsync(FileInfo file, ImportOptions options, CancellationToken cancellationToken)
    {
        if (!file.Exists) return Fail($"There is no file {file.FullName}.");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Longest);
        try
        {
            if ((options.Format ?? await DetectAsync(file, timeout.Token)) is not { } format)
                return Fail($"{file.Name} does not look like any of: {string.Join(", ", ImportFormats.All.Select(known => known.Name))}. Name its format.");
            var hub = new HubClient(admin, options.Keys);
            var import = await WaitAsync(hub, await UploadAsync(hub, file, format, options.Currency, timeout.Token), timeout.Token);
            Show(import);
            if (import.Rejected > 0) await ShowRejectionsAsync(hub, import, options.Report, timeout.Token);
            return import.Status is "failed" or "running" ? Fail($"The import {import.Id} is {import.Status}.") : 0;
        }
        catch (Exception exception) when (exception is HubRefusedException or HttpRequestException or JsonException or IOException or InvalidDataException)
        {
            return Fail($"The import failed: {exception.Message} It is safe to run again.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Fail($"The import took longer than {Longest.TotalMinutes} minutes. It is safe to run again.");
        }
    }

    private static async Task<string?> DetectAsync(FileInfo file, CancellationToken cancellationToken)
    {
        await using var stream = file.OpenRead();
        return (await ImportFormats.DetectAsync(stream, file.Name, cancellationToken))?.Name;
    }

    private Task<ImportAnswer> UploadAsync(HubClient hub, FileInfo file, string format, string? currency, CancellationToken cancellationToken) =>
        console.Progress().AutoClear(true).StartAsync(async progress =>
        {
            var bar = progress.AddTask(Markup.Escape($"Importing {file.Name}"), maxValue: Math.Max(1, file.Length));
            await using var stream = file.OpenRead();
            using var content = new UploadContent(stream, sent => bar.Value = sent);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            var path = $"/admin/imports?format={Uri.EscapeDataString(format)}" + (currency is null ? "" : $"&currency={Uri.EscapeDataString(currency)}");
            return await hub.UploadAsync<ImportAnswer>(path, content, cancellationToken);
        });

    private static async Task<ImportAnswer> WaitAsync(HubClient hub, ImportAnswer import, CancellationToken cancellationToken)
    {
        for (var poll = 0; import.Status == "running" && poll < Longest.TotalSeconds; poll++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            import = await hub.AdminAsync<ImportAnswer>(HttpMethod.Get, $"/admin/imports/{import.Id}", cancellationToken);
        }
        return import;
    }

    private void Show(ImportAnswer import) => console.Write(new Table().AddColumns("Rows", "Accepted", "Unchanged", "Rejected", "Status")
        .AddRow(Number(import.Rows), Number(import.Accepted), Number(import.Unchanged), Number(import.Rejected), Markup.Escape(import.Status)));

    private async Task ShowRejectionsAsync(HubClient hub, ImportAnswer import, FileInfo? report, CancellationToken cancellationToken)
    {
        await using var writer = report?.CreateText();
        var shown = 0;
        for (string? cursor = ""; cursor is not null && (shown < ShownRejections || writer is not null);)
        {
            var path = $"/admin/imports/{import.Id}/rejections?limit=100" + (cursor.Length == 0 ? "" : $"&cursor={Uri.EscapeDataString(cursor)}");
            var page = await hub.AdminAsync<Page<RejectedRow>>(HttpMethod.Get, path, cancellationToken);
            foreach (var row in page.Items)
            {
                if (shown++ < ShownRejections) console.MarkupLineInterpolated($"line {row.Line}: {row.Reason}");
                if (writer is not null) await writer.WriteLineAsync(JsonSerializer.Serialize(row, JsonSerializerOptions.Web).AsMemory(), cancellationToken);
            }
            cursor = page.Items.Count == 0 ? null : page.NextCursor;
        }
        if (import.Rejected > ShownRejections) console.MarkupLineInterpolated($"… and {import.Rejected - ShownRejections} more{(report is null ? "" : $", all in {report.Name}")}.");
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private int Fail(string reason)
    {
        console.MarkupLineInterpolated($"[red]{reason}[/]");
        return 1;
    }
}
