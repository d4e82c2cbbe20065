using System.Diagnostics;
using System.Net.Http.Json;

namespace Composable.Bench;

/// <summary>Times in microseconds. <paramref name="Gap"/>: the difference of the medians as a share of the smaller one.</summary>
/// <param name="P">Of a Mann-Whitney test: how likely such a difference is where there is none.</param>
internal sealed record TimingResult(string What, int Pairs, double Known, double Unknown, double Gap, double P, bool SameAnswer);

/// <summary>Whether the time of an answer tells that an address is known: pairs of calls, one about a known address and one about an unknown one, in changing order.</summary>
internal sealed class Timing(HttpClient http, string key)
{
    private const int Accounts = 40, Warm = 200;
    private const string Password = "a kettle of nine owls", Wrong = "a kettle of ten owls";
    private static readonly string Run = Guid.NewGuid().ToString("N")[..8];
    private readonly Random order = new(1);
    private int fresh;

    public async Task<IReadOnlyList<TimingResult>> RunAsync(int pairs, CancellationToken cancellationToken)
    {
        for (var account = 0; account < Accounts; account++) await PostAsync("/v1/customers", new { email = Known(account), password = Password, name = "Ada" }, cancellationToken);
        var results = new List<TimingResult>();
        foreach (var (what, path, body) in (IEnumerable<(string, string, Func<string, object>)>)[
            ("sign in, wrong password", "/v1/sessions", email => new { email, password = Wrong }),
            ("ask for a reset", "/v1/customers/password-resets", email => new { email }),
            ("register", "/v1/customers", email => new { email, password = Password, name = "Ada" })])
        {
            // What is unknown must stay so: an address that was registered is known from then on.
            string Unknown(int pair) => path == "/v1/customers" ? $"new-{Run}-{fresh++}@example.com" : $"nobody-{Run}-{pair % Accounts}@example.com";
            await MeasureAsync(what, path, body, Unknown, Warm, cancellationToken);
            results.Add(await MeasureAsync(what, path, body, Unknown, pairs, cancellationToken));
        }

        return results;
    }

    private async Task<TimingResult> MeasureAsync(string what, string path, Func<string, object> body, Func<int, string> unknown, int pairs, CancellationToken cancellationToken)
    {
        var (ofKnown, ofUnknown) = (new double[pairs], new double[pairs]);
        var answers = new HashSet<string>();
        for (var pair = 0; pair < pairs; pair++)
        {
            var (one, other) = (body(Known(pair % Accounts)), body(unknown(pair)));
            var first = order.Next(2) == 0;
            if (first) (ofKnown[pair], _) = await TimeAsync(path, one, answers, cancellationToken);
            (ofUnknown[pair], _) = await TimeAsync(path, other, answers, cancellationToken);
            if (!first) (ofKnown[pair], _) = await TimeAsync(path, one, answers, cancellationToken);
        }

        var (known, unfamiliar) = (MannWhitney.Median(ofKnown), MannWhitney.Median(ofUnknown));
        return new(what, pairs, known, unfamiliar, Math.Abs(known - unfamiliar) / Math.Min(known, unfamiliar), MannWhitney.P(ofKnown, ofUnknown), answers.Count == 1);
    }

    private async Task<(double Microseconds, int Status)> TimeAsync(string path, object body, HashSet<string> answers, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var (status, text) = await PostAsync(path, body, cancellationToken);
        var took = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        if (status == 429) throw new InvalidOperationException("The hub limits these calls; start it with the settings that bench/README.md names.");
        // Traces differ, and where a body repeats the address that was sent, so does that.
        answers.Add($"{status} {System.Text.RegularExpressions.Regex.Replace(text, "[0-9a-f]{32}|(known|new|nobody)-[^@]+@example.com", "")}");
        return (took, status);
    }

    private async Task<(int Status, string Text)> PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Hub-Key", key);
        using var answer = await http.SendAsync(request, cancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    private static string Known(int account) => $"known-{Run}-{account}@example.com";
}
