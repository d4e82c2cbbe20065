using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Composable.Connectors.Sdk;

namespace Composable.Hub.Search.Embedded;

/// <summary>Where the next page begins. Sealed together with the question, so that it serves for this question only and cannot be made up.</summary>
internal sealed record Cursor(int Offset)
{
    private const int SealLength = 12;

    public static Cursor Read(SearchQuery query, string seal)
    {
        if (query.Cursor is not { } text) return new(0);
        try
        {
            var bytes = Base64Url.DecodeFromChars(text);
            if (bytes.Length <= SealLength || !CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, SealLength), Seal(query, seal, bytes.AsSpan(SealLength)))) throw Forged();
            return new(int.Parse(Encoding.UTF8.GetString(bytes.AsSpan(SealLength)), CultureInfo.InvariantCulture));
        }
        catch (FormatException)
        {
            throw Forged();
        }
    }

    public string Write(SearchQuery query, string seal)
    {
        var content = Encoding.UTF8.GetBytes(Offset.ToString(CultureInfo.InvariantCulture));
        return Base64Url.EncodeToString([.. Seal(query, seal, content), .. content]);
    }

    private static byte[] Seal(SearchQuery query, string seal, ReadOnlySpan<byte> content)
    {
        var question = JsonSerializer.SerializeToUtf8Bytes(new { query.Index, query.Text, Filters = query.Filters.Select(filter => (object)filter), query.Sort }, JsonSerializerOptions.Web);
        byte[] sealing = [.. question, .. content];
        return HMACSHA256.HashData(Encoding.UTF8.GetBytes(seal), sealing)[..SealLength];
    }

    private static VendorException Forged() => new(VendorFailure.Rejected, "This cursor was not given out for this question.");
}
