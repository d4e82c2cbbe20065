using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Composable.Hub.Storage;

/// <summary>Prefers the operating system's SQLite, which gets security fixes, over the older copy that the package carries.</summary>
internal static class SqliteNative
{
    private static int loaded;

    public static void Load()
    {
        if (Interlocked.Exchange(ref loaded, 1) == 1) return;
        NativeLibrary.SetDllImportResolver(Assembly.Load("SQLitePCLRaw.provider.e_sqlite3"), (name, _, _) =>
            name == "e_sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", out var handle) ? handle : IntPtr.Zero);
        Initialize();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Initialize() => SQLitePCL.Batteries_V2.Init();
}
