using System.Security.Cryptography;
using System.Text;
using Composable.Hub.Access;
using Microsoft.Extensions.Configuration;

namespace Composable.Hub.Tests.Access;

public sealed class AccessKeysTests
{
    private static readonly string HashOfSecret = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("sk_secret")));

    private static AccessKeys Read(params (string Setting, string Value)[] settings) => new(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Access:Keys:{setting.Setting}", (string?)setting.Value))).Build());

    private static (string, string)[] One(params (string, string)[] more) => [("0:Name", "one"), ("0:Kind", "secret"), .. more];

    [Fact]
    public void A_key_is_found_by_itself_or_by_its_hash()
    {
        Read(One(("0:Sha256", HashOfSecret), ("0:Scopes:0", "orders:read"))).Find("sk_secret")!.Scopes.ShouldBe(["orders:read"]);
        Read(One(("0:Key", "sk_secret"))).Find("sk_secret")!.Kind.ShouldBe(CallerKind.Secret);
        Read(One(("0:Key", "sk_secret"))).Find("sk_secret ").ShouldBeNull();
        Read(One(("0:Key", "sk_secret"))).Find(new string('a', 201)).ShouldBeNull();
        Read().Find("").ShouldBeNull();
    }

    public static TheoryData<(string, string)[], string> Mistakes => new()
    {
        { [("0:Kind", "secret"), ("0:Key", "a")], "Access:Keys:0:Name" },
        { [("0:Name", ""), ("0:Kind", "secret"), ("0:Key", "a")], "Access:Keys:0:Name" },
        { [("0:Name", "one"), ("0:Key", "a")], "Access:Keys:0:Kind" },
        { [("0:Name", "one"), ("0:Kind", "anonymous"), ("0:Key", "a")], "Access:Keys:0:Kind" },
        { [("0:Name", "one"), ("0:Kind", "2"), ("0:Key", "a")], "Access:Keys:0:Kind" },
        { One(), "Access:Keys:0 needs" },
        { One(("0:Key", "a"), ("0:Sha256", HashOfSecret)), "Access:Keys:0 needs" },
        { One(("0:Key", "")), "Access:Keys:0:Key" },
        { One(("0:Key", new string('a', 201))), "Access:Keys:0:Key" },
        { One(("0:Sha256", "abc")), "Access:Keys:0:Sha256" },
        { One(("0:Sha256", new string('g', 64))), "Access:Keys:0:Sha256" },
        { One(("0:Key", "a"), ("1:Name", "one"), ("1:Kind", "secret"), ("1:Key", "b")), "Access:Keys:1:Name" },
        { One(("0:Key", "a"), ("1:Name", "two"), ("1:Kind", "secret"), ("1:Key", "a")), "Access:Keys:1:Key" },
        { One(("0:Key", "sk_secret"), ("1:Name", "two"), ("1:Kind", "secret"), ("1:Sha256", HashOfSecret)), "Access:Keys:1:Sha256" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_mistake_is_named_by_its_setting((string, string)[] settings, string named) =>
        Should.Throw<InvalidOperationException>(() => Read(settings)).Message.ShouldStartWith(named);
}
