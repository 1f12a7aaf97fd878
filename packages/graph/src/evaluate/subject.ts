import type { Node } from "@babel/types";
import { type Scope, slotOf } from "./scope.ts";

/** An expression that has the same value wherever it is written, until one of its variables is assigned. */
export interface Subject {
  /** With variables told apart by their slots. */
  readonly key: string;
  /** As written. */
  readonly text: string;
}

/** Calls that answer something else each time. */
const fickle = /(?:^|\.)(?:random|now|next|shift|pop|randomUUID|randomInt|randomBytes)$/i;

export function subjectOf(node: Node, scope: Scope): Subject | undefined {
  const text = textOf(node, (name) => name);
  const key = textOf(node, (name) => {
    const slot = slotOf(scope, name);
    return slot === undefined ? name : `#${slot}#`;
  });
  return text === undefined || key === undefined ? undefined : { key, text };
}

/** The expression in one spelling; undefined for what may be different each time. */
export function textOf(node: Node, nameOf: (name: string) => string): string | undefined {
  const inner = (part: Node): string | undefined => textOf(part, nameOf);
  switch (node.type) {
    case "Identifier":
      return nameOf(node.name);
    case "ThisExpression":
      return "this";
    case "StringLiteral":
    case "NumericLiteral":
    case "BooleanLiteral":
      return JSON.stringify(node.value);
    case "NullLiteral":
      return "null";
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
    case "ParenthesizedExpression":
      return inner(node.expression);
    case "MemberExpression":
    case "OptionalMemberExpression": {
      const object = inner(node.object);
      const property = node.computed ? inner(node.property) : plainName(node.property);
      if (object === undefined || property === undefined) return undefined;
      // state["a"] and state.a are the same.
      const name = node.computed && node.property.type === "StringLiteral" ? node.property.value : property;
      return node.computed && node.property.type !== "StringLiteral" ? `${object}[${property}]` : `${object}.${name}`;
    }
    case "UnaryExpression": {
      const argument = inner(node.argument);
      return argument === undefined || node.operator === "delete" ? undefined : `${node.operator} ${argument}`;
    }
    case "BinaryExpression":
      return joinedText([node.left, node.right], ` ${node.operator} `, inner);
    case "LogicalExpression":
      return joinedText([node.left, node.right], ` ${node.operator} `, inner);
    case "CallExpression":
    case "OptionalCallExpression": {
      const callee = inner(node.callee);
      if (callee === undefined || fickle.test(callee)) return undefined;
      const given = joinedText(node.arguments, ", ", inner);
      return given === undefined ? undefined : `${callee}(${given})`;
    }
    default:
      return undefined;
  }
}

function plainName(node: Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  return node.type === "PrivateName" ? `#${node.id.name}` : undefined;
}

function joinedText(nodes: readonly Node[], between: string, inner: (node: Node) => string | undefined) {
  const texts = nodes.map(inner);
  return texts.includes(undefined) ? undefined : `(${texts.join(between)})`;
}
