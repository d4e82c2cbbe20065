using Fuzz.Tests.Contract;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.Mutations;

internal static class Bender
{
    /// <summary>One or two changes, so that a finding is small already.</summary>
    public static Draft Bend(Draft draft, Operation operation, Things things, Random random)
    {
        var bends = 1 + random.Next(2);
        for (var bend = 0; bend < bends; bend++)
        {
            if ((draft.Body is not null || draft.Reshape is not null) && random.Next(5) < 3)
            {
                var (name, change) = BodyMutations.All[random.Next(BodyMutations.All.Count)];
                change(draft, random);
                draft.Bent.Add(name);
            }
            else
            {
                var (name, change) = AddressMutations.All[random.Next(AddressMutations.All.Count)];
                change(draft, operation, things, random);
                draft.Bent.Add(name);
            }
        }

        return draft;
    }
}
