import type { TSEnumDeclaration, TSType, TSTypeElement } from "@babel/types";
import type { Primitive, TypeReference, Value } from "../evaluate/value.ts";
import type { Scope } from "../evaluate/scope.ts";
import type { TypeDeclaration } from "../evaluate/source-module.ts";

const DEEPEST = 12;

/** Every value that the type of an unknown value allows, when these can be counted. */
export function literalsOf(value: Value | undefined): readonly Primitive[] | undefined {
  return value?.kind === "unknown" && value.type ? literals(value.type, 0) : undefined;
}

function literals({ node, scope }: TypeReference, depth: number): readonly Primitive[] | undefined {
  if (depth > DEEPEST) return undefined;
  switch (node.type) {
    case "TSUnionType": {
      const parts = node.types.map((type) => literals({ node: type, scope }, depth + 1));
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    case "TSLiteralType":
      return "value" in node.literal ? [literalValue(node.literal.value)] : undefined;
    case "TSBooleanKeyword":
      return [true, false];
    case "TSNullKeyword":
      return [null];
    case "TSUndefinedKeyword":
      return [undefined];
    case "TSParenthesizedType":
      return literals({ node: node.typeAnnotation, scope }, depth + 1);
    case "TSTypeReference": {
      const found = declarationOf(node, scope);
      if (found?.declaration.type === "TSEnumDeclaration") return enumValues(found.declaration);
      if (found?.declaration.type !== "TSTypeAliasDeclaration") return undefined;
      return literals({ node: found.declaration.typeAnnotation, scope: found.scope }, depth + 1);
    }
    default:
      return undefined;
  }
}

function literalValue(value: string | number | boolean | bigint): Primitive {
  return value;
}

/** The type of a property of an object of that type. */
export function memberType(type: TypeReference | undefined, name: string, depth = 0): TypeReference | undefined {
  if (type === undefined || depth > DEEPEST) return undefined;
  const { node, scope } = type;
  const among = (members: readonly TSTypeElement[], within: Scope): TypeReference | undefined => {
    for (const member of members) {
      if (member.type !== "TSPropertySignature" || member.key.type !== "Identifier" || member.key.name !== name)
        continue;
      const annotation = member.typeAnnotation?.typeAnnotation;
      // What may be missing may be anything to whoever counts its values.
      return annotation && !member.optional ? { node: annotation, scope: within } : undefined;
    }
    return undefined;
  };
  if (node.type === "TSTypeLiteral") return among(node.members, scope);
  if (node.type === "TSIntersectionType") {
    return node.types
      .map((part) => memberType({ node: part, scope }, name, depth + 1))
      .find((found) => found !== undefined);
  }
  if (node.type === "TSParenthesizedType") return memberType({ node: node.typeAnnotation, scope }, name, depth + 1);
  if (node.type !== "TSTypeReference") return undefined;
  const found = declarationOf(node, scope);
  if (found?.declaration.type === "TSInterfaceDeclaration") return among(found.declaration.body.body, found.scope);
  if (found?.declaration.type !== "TSTypeAliasDeclaration") return undefined;
  return memberType({ node: found.declaration.typeAnnotation, scope: found.scope }, name, depth + 1);
}

function declarationOf(
  node: TSType,
  scope: Scope,
): { readonly declaration: TypeDeclaration; readonly scope: Scope } | undefined {
  if (node.type !== "TSTypeReference" || node.typeName.type !== "Identifier") return undefined;
  const { name } = node.typeName;
  const declaration = scope.module.types.get(name);
  if (declaration) return { declaration, scope };
  const imported = scope.module.importedTypes.get(name);
  const there = imported && imported.module();
  const far = there?.types.get(imported?.name ?? "");
  return far && there?.scope ? { declaration: far, scope: there.scope } : undefined;
}

/** The values of an enum whose members the source spells out. */
export function enumMembers({
  members,
}: {
  readonly members: TSEnumDeclaration["body"]["members"];
}): ReadonlyMap<string, Primitive> {
  const values = new Map<string, Primitive>();
  let next: number | undefined = 0;
  for (const { id, initializer } of members) {
    const name = id.type === "Identifier" ? id.name : id.type === "StringLiteral" ? id.value : "";
    if (initializer?.type === "StringLiteral") values.set(name, initializer.value);
    else if (initializer?.type === "NumericLiteral") {
      values.set(name, initializer.value);
      next = initializer.value + 1;
      continue;
    } else if (initializer === undefined || initializer === null) {
      values.set(name, next);
      next = next === undefined ? undefined : next + 1;
      continue;
    } else values.set(name, undefined);
    next = undefined;
  }
  return values;
}

function enumValues(declaration: TSEnumDeclaration): readonly Primitive[] {
  return [...enumMembers(declaration.body).values()];
}
