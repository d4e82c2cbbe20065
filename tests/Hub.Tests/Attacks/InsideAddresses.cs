namespace Composable.Hub.Tests.Attacks;

/// <summary>Ways to write an address inside, for row 13. <c>{port}</c> is where somebody listens on this machine and would notice.</summary>
internal static class InsideAddresses
{
    /// <summary>What the tests' name server says of a name; a second word is what it says from the second question on.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Names = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase)
    {
        ["inside.example"] = ["127.0.0.1"],
        ["inside6.example"] = ["::1"],
        ["metadata.example"] = ["169.254.169.254"],
        ["mapped.example"] = ["::ffff:127.0.0.1"],
        ["nat64.example"] = ["64:ff9b::7f00:1"],
        ["mixed.example"] = ["8.8.8.8", "127.0.0.1"],
        ["localhost"] = ["127.0.0.1"],
        ["localhost.localdomain"] = ["127.0.0.1"],
        ["ip6-localhost"] = ["::1"],
        ["metadata.google.internal"] = ["169.254.169.254"],
        ["db"] = ["10.0.0.5"],
    };

    public static readonly string[] Forms =
    [
        // IPv4, as it is and as old parsers read it.
        "https://127.0.0.1", "https://127.1", "https://127.0.1", "https://127.255.255.254", "https://2130706433", "https://017700000001", "https://0x7f000001", "https://0x7f.0.0.1", "https://0x7f.1", "https://0177.0.0.1",
        "https://0177.0.0x0.1", "https://0", "https://0.0.0.0", "https://00.00.00.00", "https://127.0.0.1.", "https://4294967295", "https://0x0a000001", "https://012.0.0.1",
        // Whole networks that are not the public internet.
        "https://10.0.0.1", "https://100.64.0.1", "https://169.254.169.254", "https://169.254.170.2", "https://100.100.100.200", "https://168.63.129.16.inside.example", "https://172.16.0.1", "https://192.0.0.192", "https://192.168.0.1", "https://198.18.0.1",
        "https://224.0.0.1", "https://239.255.255.250", "https://240.0.0.1", "https://255.255.255.255", "https://192.0.2.1", "https://2852039166", "https://0xa9fea9fe", "https://0251.0376.0251.0376",
        // IPv6, and IPv4 within it.
        "https://[::]", "https://[::1]", "https://[0:0:0:0:0:0:0:1]", "https://[0000::0001]", "https://[::127.0.0.1]", "https://[::ffff:127.0.0.1]", "https://[::ffff:7f00:1]", "https://[::ffff:0:127.0.0.1]", "https://[::ffff:169.254.169.254]",
        "https://[64:ff9b::127.0.0.1]", "https://[64:ff9b::7f00:1]", "https://[64:ff9b::a9fe:a9fe]", "https://[64:ff9b:1::7f00:1]", "https://[2002:7f00:1::]", "https://[2002:a9fe:a9fe::1]", "https://[2001:0:7f00:1::]", "https://[2001::f5ff:fffe]",
        "https://[fc00::1]", "https://[fd00:ec2::254]", "https://[fe80::1]", "https://[fe80::1%25lo]", "https://[fec0::1]", "https://[ff02::1]", "https://[2001:db8::1]", "https://[100::1]", "https://[5f00::1]",
        // Letters and dots that are not what they look like.
        "https://①②⑦.⓪.⓪.①", "https://１２７.０.０.１", "https://127。0。0。1", "https://127．0．0．1", "https://127｡0｡0｡1", "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "https://LOCALHOST", "https://localhost.", "https://%6c%6f%63%61%6c%68%6f%73%74", "https://127.0.0.1%2f@inside.example",
        // Names that lead inside, also late or beside a good one.
        "https://localhost", "https://localhost.localdomain", "https://ip6-localhost", "https://metadata.google.internal", "https://inside.example", "https://inside.example.", "https://inside6.example", "https://metadata.example", "https://mapped.example",
        "https://nat64.example", "https://mixed.example", "https://rebinding.example", "https://db",
        // Users, ports, schemes, paths.
        "https://public.example@127.0.0.1", "https://127.0.0.1:443@inside.example", "https://public.example:secret@localhost", "https://127.0.0.1\\@public.example", "https://127.0.0.1#@public.example", "https://127.0.0.1?public.example", "https://127.0.0.1:{port}",
        "https://localhost:{port}", "https://[::1]:{port}", "https://inside.example:{port}", "https://127.0.0.1:0{port}", "http://127.0.0.1:{port}", "http://localhost:{port}", "http://inside.example", "http://127.0.0.1:443", "https://127.0.0.1:80", "https://127.0.0.1:5432", "https://127.0.0.1:0",
        "https:127.0.0.1", "https:/127.0.0.1", "https:///127.0.0.1", "https://127.0.0.1/a/../..", "//127.0.0.1", "file:///etc/passwd", "gopher://127.0.0.1:{port}/_x", "ftp://127.0.0.1", "unix:///var/run/docker.sock", "data:text/plain,x", "https://", " https://127.0.0.1", "https://127.0.0.1\t",
    ];
}
