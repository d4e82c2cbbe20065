using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Architecture.Tests;

/// <summary>Walks base types, interfaces, fields, signatures, constraints, attributes, locals, catch clauses and the tokens in method bodies.</summary>
internal sealed class ArrowWalk(PEReader file, MetadataReader metadata, TypeNames names)
{
    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => field.GetValue(null)).OfType<OpCode>().ToDictionary(code => (int)(ushort)code.Value);

    public IReadOnlySet<Arrow> All()
    {
        var arrows = new HashSet<Arrow>();
        foreach (var handle in metadata.TypeDefinitions)
        {
            var from = names.Of(handle);
            arrows.UnionWith(NamedBy(metadata.GetTypeDefinition(handle)).Where(to => to != from).Select(to => new Arrow(from, to)));
        }
        return arrows;
    }

    private IEnumerable<TypeName> NamedBy(TypeDefinition type) =>
    [
        .. names.Of(type.BaseType),
        .. type.GetInterfaceImplementations().SelectMany(handle => names.Of(metadata.GetInterfaceImplementation(handle).Interface)),
        .. type.GetFields().SelectMany(handle => names.Of((EntityHandle)handle)),
        .. type.GetProperties().SelectMany(handle => Attributes(metadata.GetPropertyDefinition(handle).GetCustomAttributes())),
        .. type.GetGenericParameters().SelectMany(Constraints),
        .. Attributes(type.GetCustomAttributes()),
        .. type.GetMethods().SelectMany(NamedBy),
    ];

    private IEnumerable<TypeName> NamedBy(MethodDefinitionHandle handle)
    {
        var method = metadata.GetMethodDefinition(handle);
        IEnumerable<TypeName> named = [.. names.OfMethod(method), .. method.GetGenericParameters().SelectMany(Constraints), .. Attributes(method.GetCustomAttributes())];
        return method.RelativeVirtualAddress == 0 ? named : named.Concat(NamedBy(file.GetMethodBody(method.RelativeVirtualAddress)));
    }

    private IEnumerable<TypeName> NamedBy(MethodBodyBlock body) =>
    [
        .. names.Of((EntityHandle)body.LocalSignature),
        .. body.ExceptionRegions.SelectMany(region => names.Of(region.CatchType)),
        .. Tokens(body.GetILReader()).SelectMany(names.Of),
    ];

    private IEnumerable<TypeName> Constraints(GenericParameterHandle handle) => metadata.GetGenericParameter(handle).GetConstraints()
        .SelectMany(constraint => names.Of(metadata.GetGenericParameterConstraint(constraint).Type));

    private IEnumerable<TypeName> Attributes(CustomAttributeHandleCollection attributes) =>
        attributes.SelectMany(handle => names.Of(metadata.GetCustomAttribute(handle).Constructor));

    private static List<EntityHandle> Tokens(BlobReader code)
    {
        var tokens = new List<EntityHandle>();
        while (code.RemainingBytes > 0)
        {
            int value = code.ReadByte();
            if (value == 0xFE) value = (value << 8) | code.ReadByte();
            switch (OpCodesByValue[value].OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineType or OperandType.InlineTok or OperandType.InlineSig:
                    tokens.Add(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    var targets = code.ReadInt32();
                    code.Offset += 4 * targets;
                    break;
                case var operand:
                    code.Offset += Size(operand);
                    break;
            }
        }
        return tokens;
    }

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}
