import type { CronManifest } from "@stephooks/core";
import { type CronDefinition, defineCron } from "./cron-definition.ts";

/** The cron jobs of an app. */
export class CronList {
  readonly #byName = new Map<string, CronDefinition>();

  /** @throws CronError, StephooksError `invalid-job`, `invalid-handler`. */
  add(expression: unknown, args: readonly unknown[]): CronDefinition {
    const definition = defineCron(expression, args, (name) => this.#byName.has(name));
    this.#byName.set(definition.name, definition);
    return definition;
  }

  named(name: string): CronDefinition | undefined {
    return this.#byName.get(name);
  }

  /** The job of this name, or else the first of this expression. */
  find(text: string): CronDefinition | undefined {
    return this.named(text) ?? [...this.#byName.values()].find(({ cron }) => cron.expression === text);
  }

  manifest(): readonly CronManifest[] {
    return [...this.#byName.values()].map(({ cron, name, timeout }) => ({
      name,
      expression: cron.expression,
      timeZone: cron.timeZone,
      timeout,
    }));
  }
}
