using System.Reflection;
using Xunit.Sdk;

namespace Composable.Hub.Tests.Fixture;

/// <summary>Runs a theory on SQLite and on PostgreSQL; on SQLite alone where there is no server, which a CI run does not accept.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnBothDatabasesAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        yield return ["sqlite"];
        if (TestShop.PostgresUrl is not null || Environment.GetEnvironmentVariable("CI") == "true") yield return ["postgres"];
    }
}
