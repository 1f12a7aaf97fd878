import { parse } from "@babel/parser";
import { isRecord } from "@stephooks/core";

interface Place {
  readonly start: number;
  readonly end: number;
}

interface Node extends Place {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A call of esbuild's helper: what it names, and how. */
interface Naming {
  readonly named: Node;
  readonly name: string;
}

/**
 * Takes out of a module the calls with which esbuild keeps the names of functions and classes, where JavaScript gives
 * them the same names without: esbuild adds the calls before it knows what it will have to rename. Every function and
 * class has the name it had, and starts sooner. Spaces take the place of what goes, so that every source map stays true.
 */
export function withoutNeedlessNames(code: string): string {
  if (!code.includes("__name(")) return code;
  const needless = [
    ...needlessIn(nodeOf(parse(code, { sourceType: "module", attachComment: false }).program), undefined),
  ];
  let done = 0;
  const parts: string[] = [];
  for (const { start, end } of needless.toSorted((one, other) => one.start - other.start)) {
    parts.push(code.slice(done, start), code.slice(start, end).replaceAll(/[^\n]/g, " "));
    done = end;
  }
  return parts.join("") + code.slice(done);
}

/** `given` is the name that JavaScript gives to `node`, should it be a function or a class without one. */
function* needlessIn(node: Node, given: string | undefined): Generator<Place> {
  if (isNeedlessStatement(node)) return yield node;
  const naming = namingOf(node);
  if (naming !== undefined && isFunction(naming.named) && naming.name === given) {
    yield { start: node.start, end: naming.named.start };
    yield { start: naming.named.end, end: node.end };
    return yield* needlessIn(naming.named, undefined);
  }
  if (node.type === "ClassExpression" || node.type === "ClassDeclaration") {
    const name = isNode(node["id"]) ? node["id"]["name"] : given;
    for (const block of childrenOf(nodeOf(node["body"]))) if (isStaticNaming(block, name)) yield block;
  }
  for (const [key, value] of Object.entries(node)) {
    const children = Array.isArray(value) ? value : [value];
    for (const child of children.filter(isNode)) yield* needlessIn(child, nameGivenTo(node, key));
  }
}

/** `__name(f, "f")`, which esbuild writes beside `function f() {}` and nothing else. */
function isNeedlessStatement({ expression, type }: Node): boolean {
  const naming = type === "ExpressionStatement" && isNode(expression) ? namingOf(expression) : undefined;
  return naming?.named.type === "Identifier" && naming.named["name"] === naming.name;
}

/** `static { __name(this, "C"); }` of a class that is called C anyway. */
function isStaticNaming(block: Node, name: unknown): boolean {
  const [statement, ...others] = block.type === "StaticBlock" ? childrenOf(block) : [];
  const expression = statement?.["expression"];
  if (others.length > 0 || !isNode(expression)) return false;
  const naming = namingOf(expression);
  return naming?.named.type === "ThisExpression" && naming.name === name;
}

function namingOf({ arguments: given, callee, type }: Node): Naming | undefined {
  if (type !== "CallExpression" || !isNode(callee) || callee["name"] !== "__name" || !Array.isArray(given)) return;
  const [named, name]: readonly unknown[] = given;
  if (given.length !== 2 || !isNode(named) || !isNode(name) || typeof name["value"] !== "string") return;
  return { named, name: name["value"] };
}

function isFunction({ id, type }: Node): boolean {
  return type === "ArrowFunctionExpression" || (type === "FunctionExpression" && !isNode(id));
}

/** How JavaScript calls what has no name where `node` has it under `key`. */
function nameGivenTo(node: Node, key: string): string | undefined {
  const { computed, id, left, operator, type } = node;
  switch (`${type}.${key}`) {
    case "VariableDeclarator.init":
      return nameOf(id);
    case "AssignmentExpression.right":
      return operator === "=" ? nameOf(left) : undefined;
    case "AssignmentPattern.right":
      return nameOf(left);
    case "ObjectProperty.value":
    case "ClassProperty.value":
      return computed === true || nameOf(node["key"]) === "__proto__" ? undefined : nameOf(node["key"]);
    default:
      return undefined;
  }
}

function nameOf(node: unknown): string | undefined {
  if (!isNode(node) || node.type !== "Identifier" || typeof node["name"] !== "string") return undefined;
  return node["name"];
}

function childrenOf({ body }: Node): readonly Node[] {
  return Array.isArray(body) ? body.filter(isNode) : [];
}

function nodeOf(value: unknown): Node {
  if (isNode(value)) return value;
  throw new TypeError("the parser made something that is no node");
}

function isNode(value: unknown): value is Node {
  return isRecord(value) && "type" in value && "start" in value && "end" in value;
}
