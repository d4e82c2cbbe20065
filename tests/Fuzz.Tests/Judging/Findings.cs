using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.Judging;

/// <summary>One that stands for all that are alike.</summary>
internal sealed record Finding(string Operation, int Status, string Oracle, int Request, string Detail, string Bent, string Curl)
{
    public int Times { get; set; } = 1;
}

/// <summary>Findings, those alike counted together: the same operation, status and oracle.</summary>
internal sealed class Findings(int seed)
{
    private const int LongestDetail = 600;
    private readonly ConcurrentDictionary<(string, int, string), Finding> groups = new();

    public IReadOnlyList<Finding> All => [.. groups.Values.OrderBy(finding => finding.Oracle, StringComparer.Ordinal).ThenBy(finding => finding.Operation, StringComparer.Ordinal)];

    public void Add(int request, Draft draft, int status, Verdict verdict)
    {
        var detail = verdict.Detail.Length > LongestDetail ? verdict.Detail[..LongestDetail] + "…" : verdict.Detail;
        groups.AddOrUpdate((draft.Operation, status, verdict.Oracle), _ => new(draft.Operation, status, verdict.Oracle, request, detail, string.Join(", ", draft.Bent), Curl.Of(draft)), (_, known) =>
        {
            lock (known) known.Times++;
            return known;
        });
    }

    public string Print()
    {
        var text = new StringBuilder();
        foreach (var finding in All)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"FINDING {finding.Oracle}: {finding.Operation} answered {finding.Status}, {finding.Times} times; first at request {finding.Request} of seed {seed}");
            text.AppendLine(CultureInfo.InvariantCulture, $"  bent: {(finding.Bent.Length > 0 ? finding.Bent : "nothing")}");
            text.AppendLine(CultureInfo.InvariantCulture, $"  {finding.Detail}");
            text.AppendLine(CultureInfo.InvariantCulture, $"  {finding.Curl}");
        }

        return text.ToString();
    }
}
