import type { QueryBudget } from "./query-limits.ts";
import { QueryError } from "./query-error.ts";

/** What JSON holds between braces. */
export type JsonDocument = Readonly<Record<string, unknown>>;

/**
 * The segments of a dotted field path.
 *
 * @throws QueryError `invalid-path`, `query-too-deep`, `query-too-large`.
 */
export function fieldPath(path: string, budget: QueryBudget): readonly string[] {
  const segments = path.split(".");
  budget.spendNode(segments.length);
  for (const segment of segments) {
    if (segment === "" || segment.startsWith("$") || segment === "__proto__") {
      throw new QueryError(
        "invalid-path",
        `"${path.slice(0, 100)}" is no field path. Give names separated by single dots, none of them "__proto__" or beginning with "$".`,
      );
    }
  }
  return segments;
}
