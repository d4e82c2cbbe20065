using System.Security.Cryptography;

namespace Composable.Sandbox.Adyen;

/// <summary>Adyen's references: sixteen capitals and digits.</summary>
internal static class Psp
{
    public static string New() => RandomNumberGenerator.GetString("BCDFGHJKLMNPQRSTVWXZ23456789", 16);
}
