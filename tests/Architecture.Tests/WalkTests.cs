using System.Text;

namespace Architecture.Tests
{
    /// <summary>The walk itself, on the shapes that are easily missed.</summary>
    public sealed class WalkTests
    {
        [Theory]
        [InlineData("InLambda")]
        [InlineData("InAsync")]
        [InlineData("InGenericArgument")]
        [InlineData("InTypeOf")]
        [InlineData("AfterSwitch")]
        public void A_reference_is_found_and_belongs_to_the_outermost_type(string from)
        {
            var arrows = CompiledAssembly.Read(typeof(WalkTests).Assembly.Location).Arrows;
            arrows.ShouldContain(new Arrow(new("Architecture.Samples", from), new("Architecture.Samples", "Target")));
        }
    }
}

namespace Architecture.Samples
{
    internal sealed class Target
    {
        public static string Name => "target";
    }

    internal sealed class InLambda
    {
        public static Func<int, string> Make(int offset) => number => Target.Name + (number + offset);
    }

    internal sealed class InAsync
    {
        public static async Task<string> RunAsync()
        {
            await Task.Yield();
            return Target.Name;
        }
    }

    internal sealed class InGenericArgument
    {
        public static object Make() => new Dictionary<string, List<Target>>();
    }

    internal sealed class InTypeOf
    {
        public static Type Make() => typeof(Target);
    }

    internal sealed class AfterSwitch
    {
        public static string Make(int number)
        {
            var text = new StringBuilder();
            switch (number)
            {
                case 0: text.Append('a'); break;
                case 1: text.Append('b'); break;
                case 2: text.Append('c'); break;
                case 3: text.Append('d'); break;
            }
            return text.Append(Target.Name).ToString();
        }
    }
}
