using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Architecture.Tests;

/// <summary>Turns handles and signatures into the outermost types they name.</summary>
internal sealed class TypeNames(MetadataReader metadata) : ISignatureTypeProvider<ImmutableHashSet<TypeName>, object?>
{
    private static readonly ImmutableHashSet<TypeName> None = [];

    public TypeName Of(TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        var outer = type.GetDeclaringType();
        return outer.IsNil ? new(metadata.GetString(type.Namespace), metadata.GetString(type.Name)) : Of(outer);
    }

    public TypeName Of(TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? Of((TypeReferenceHandle)type.ResolutionScope)
            : new(metadata.GetString(type.Namespace), metadata.GetString(type.Name));
    }

    /// <summary>Everything a token of a type, member, method instance or stand-alone signature names.</summary>
    public ImmutableHashSet<TypeName> Of(EntityHandle handle) => handle.IsNil ? None : handle.Kind switch
    {
        HandleKind.TypeDefinition => [Of((TypeDefinitionHandle)handle)],
        HandleKind.TypeReference => [Of((TypeReferenceHandle)handle)],
        HandleKind.TypeSpecification => metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null),
        HandleKind.MemberReference => OfMember(metadata.GetMemberReference((MemberReferenceHandle)handle)),
        HandleKind.MethodDefinition => OfMethod(metadata.GetMethodDefinition((MethodDefinitionHandle)handle)),
        HandleKind.FieldDefinition => OfField(metadata.GetFieldDefinition((FieldDefinitionHandle)handle)),
        HandleKind.MethodSpecification => OfInstance(metadata.GetMethodSpecification((MethodSpecificationHandle)handle)),
        HandleKind.StandaloneSignature => OfStandalone(metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle)),
        _ => None,
    };

    public static ImmutableHashSet<TypeName> Of(MethodSignature<ImmutableHashSet<TypeName>> signature) =>
        signature.ParameterTypes.Aggregate(signature.ReturnType, (all, next) => all.Union(next));

    public ImmutableHashSet<TypeName> OfMethod(MethodDefinition method) => Of(method.DecodeSignature(this, null)).Add(Of(method.GetDeclaringType()));

    private ImmutableHashSet<TypeName> OfField(FieldDefinition field) => field.DecodeSignature(this, null).Add(Of(field.GetDeclaringType()));

    private ImmutableHashSet<TypeName> OfMember(MemberReference member) => Of(member.Parent).Union(
        member.GetKind() == MemberReferenceKind.Field ? member.DecodeFieldSignature(this, null) : Of(member.DecodeMethodSignature(this, null)));

    private ImmutableHashSet<TypeName> OfInstance(MethodSpecification instance) =>
        instance.DecodeSignature(this, null).Aggregate(Of(instance.Method), (all, next) => all.Union(next));

    private ImmutableHashSet<TypeName> OfStandalone(StandaloneSignature signature) => signature.GetKind() == StandaloneSignatureKind.LocalVariables
        ? signature.DecodeLocalSignature(this, null).Aggregate(None, (all, next) => all.Union(next))
        : Of(signature.DecodeMethodSignature(this, null));

    public ImmutableHashSet<TypeName> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => [Of(handle)];
    public ImmutableHashSet<TypeName> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => [Of(handle)];
    public ImmutableHashSet<TypeName> GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => Of((EntityHandle)handle);
    public ImmutableHashSet<TypeName> GetGenericInstantiation(ImmutableHashSet<TypeName> genericType, ImmutableArray<ImmutableHashSet<TypeName>> typeArguments) =>
        typeArguments.Aggregate(genericType, (all, next) => all.Union(next));
    public ImmutableHashSet<TypeName> GetFunctionPointerType(MethodSignature<ImmutableHashSet<TypeName>> signature) => Of(signature);
    public ImmutableHashSet<TypeName> GetModifiedType(ImmutableHashSet<TypeName> modifier, ImmutableHashSet<TypeName> unmodifiedType, bool isRequired) => unmodifiedType.Union(modifier);
    public ImmutableHashSet<TypeName> GetArrayType(ImmutableHashSet<TypeName> elementType, ArrayShape shape) => elementType;
    public ImmutableHashSet<TypeName> GetByReferenceType(ImmutableHashSet<TypeName> elementType) => elementType;
    public ImmutableHashSet<TypeName> GetPinnedType(ImmutableHashSet<TypeName> elementType) => elementType;
    public ImmutableHashSet<TypeName> GetPointerType(ImmutableHashSet<TypeName> elementType) => elementType;
    public ImmutableHashSet<TypeName> GetSZArrayType(ImmutableHashSet<TypeName> elementType) => elementType;
    public ImmutableHashSet<TypeName> GetGenericMethodParameter(object? genericContext, int index) => None;
    public ImmutableHashSet<TypeName> GetGenericTypeParameter(object? genericContext, int index) => None;
    public ImmutableHashSet<TypeName> GetPrimitiveType(PrimitiveTypeCode typeCode) => None;
}
