import { QueryError } from "./query-error.ts";

/** What one query may cost. Queries come from URLs: everything that grows has a bound. */
export interface QueryLimits {
  /** Levels of nesting, of a filter with its values and of one field path. */
  readonly depth: number;
  /** Fields, operators and values in total. */
  readonly nodes: number;
  /** Characters of one pattern. */
  readonly patternLength: number;
  /** Patterns in total. */
  readonly patterns: number;
}

export const defaultQueryLimits: QueryLimits = { depth: 20, nodes: 5_000, patternLength: 500, patterns: 20 };

/** What is left of the limits while one query is read. */
export class QueryBudget {
  readonly limits: QueryLimits;
  #nodes = 0;
  #patterns = 0;

  constructor(limits: QueryLimits) {
    this.limits = limits;
  }

  /** @throws QueryError `query-too-large`, `query-too-deep`. */
  spendNode(depth: number): void {
    if (++this.#nodes > this.limits.nodes) {
      throw new QueryError(
        "query-too-large",
        `A query holds at most ${this.limits.nodes} fields, operators and values. Split it.`,
      );
    }
    if (depth > this.limits.depth) {
      throw new QueryError("query-too-deep", `A query nests at most ${this.limits.depth} levels. Flatten it.`);
    }
  }

  /** @throws QueryError `query-too-large`. */
  spendPattern(): void {
    if (++this.#patterns <= this.limits.patterns) return;
    throw new QueryError("query-too-large", `A query holds at most ${this.limits.patterns} patterns. Split it.`);
  }
}
