import type { Expression, Node } from "@babel/types";
import type { Frame, Outcome } from "./machine.ts";
import type { Path } from "./path.ts";
import { constant, unknown } from "./value.ts";

/** The key of a member or property, evaluated where it is computed. */
export function keyOfMember(
  frame: Frame,
  { computed, property }: { readonly computed?: boolean | null | undefined; readonly property: Node },
  path: Path,
): readonly Outcome[] {
  if (property.type === "PrivateName") return [{ value: constant(`#${property.id.name}`), path }];
  if (computed !== true && property.type === "Identifier") return [{ value: constant(property.name), path }];
  return isExpression(property) ? frame.machine.evaluate(property, frame, path) : [{ value: unknown(), path }];
}

const statementsAndParts =
  /Statement$|Declaration$|Pattern$|^(?:Super|SpreadElement|ArgumentPlaceholder|RestElement|TSParameterProperty|V8IntrinsicIdentifier|JSXNamespacedName|Import|VoidPattern|TemplateElement)$/;

/** Where the syntax allows other nodes beside expressions. */
export function isExpression(node: Node): node is Expression {
  return (
    !statementsAndParts.test(node.type) && !/^TS(?!As|NonNull|Satisfies|TypeAssertion|Instantiation)/.test(node.type)
  );
}
