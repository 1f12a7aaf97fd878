import {
  interceptedDocuments,
  interceptedKeyValues,
  type Interceptor,
  memoryAppPorts,
  type PortOperation,
} from "@stephooks/contracts";
import { type AppPorts, PortError } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { createHost } from "../../../src/host/index.ts";
import { deadLetterArn } from "../../support/app-world.ts";
import { taskApp, type TaskRunner, taskRunner } from "../task-app.ts";
import { type CountedCall, countedCalls, type Run, type StoredData } from "./counted-calls.ts";
import { outcomeOf } from "./outcome-of.ts";

/** What goes wrong around one call of a port. */
const kinds = [
  /** Refused, surely not applied. */
  "throttled",
  /** Fails without having been applied; the caller cannot know. */
  "lost-before",
  /** Applied, and its answer lost. */
  "lost-after",
  /** Another's call comes between the effect and its lost answer. */
  "lost-after-then-rival",
  /** Another's call comes first. */
  "rival-before",
  "dies-before",
  "dies-after",
] as const;
type Kind = (typeof kinds)[number];

const PLACE = "place";

interface World {
  readonly ports: AppPorts;
  readonly mine: TaskRunner;
  readonly rival: TaskRunner;
  /** The calls of `mine` since its ports were watched. */
  readonly calls: PortOperation[];
}

function processOn(ports: AppPorts): TaskRunner {
  const { handler, tasks } = taskApp();
  const host = createHost(handler, ports, {
    engine: { functionTimeout: 60, visibilityTimeout: 90 },
    http: { access: { mode: "open" }, space: "dev" },
    deadLetterArn,
  });
  return taskRunner((event) => host.handle(event), tasks);
}

function worldWith(
  around: (call: number, perform: () => Promise<unknown>, rival: () => TaskRunner) => Promise<unknown>,
): World {
  const ports = memoryAppPorts();
  const calls: PortOperation[] = [];
  const rival = processOn(ports);
  const intercept: Interceptor = async (operation, perform) => {
    calls.push(operation);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `perform` gave
    return (await around(calls.length, perform, () => rival)) as Awaited<ReturnType<typeof perform>>;
  };
  const watched = {
    ...ports,
    documents: interceptedDocuments(ports.documents, intercept),
    keyValues: interceptedKeyValues(ports.keyValues, intercept),
  };
  return { ports, calls, rival, mine: processOn(watched) };
}

async function stored({ documents, keyValues }: AppPorts): Promise<StoredData> {
  const found: StoredData["documents"][number][] = [];
  for await (const page of documents.list({ collection: PLACE })) found.push(...page.map(({ document }) => document));
  const value = await keyValues.get({ keyspace: PLACE, key: "k" });
  return { documents: found, values: new Map(value === undefined ? [] : [[value.key, value.value]]) };
}

async function runUnder(given: CountedCall, kind: Kind | undefined, at: number): Promise<Run & { calls: number }> {
  const death = Promise.withResolvers<void>();
  let rivalOutcome: Run["rival"];
  const callRival = async (rival: TaskRunner): Promise<void> => {
    rivalOutcome = await outcomeOf(rival.run(given.rival(PLACE)), new Promise(() => {}));
  };
  let armed = false;
  const world = worldWith(async (call, perform, rival) => {
    if (!armed || call !== at || kind === undefined) return perform();
    if (kind === "throttled") throw new PortError("throttled", "injected");
    if (kind === "rival-before") await callRival(rival());
    if (kind === "dies-before") return die(death);
    if (kind === "lost-before") throw new PortError("unavailable", "injected");
    const result = await perform();
    if (kind === "rival-before") return result;
    if (kind === "dies-after") return die(death);
    if (kind === "lost-after-then-rival") await callRival(rival());
    throw new PortError("unavailable", "injected");
  });
  const pass = async (milliseconds: number): Promise<void> => {
    if ("advance" in world.ports.clock && typeof world.ports.clock.advance === "function") {
      world.ports.clock.advance(milliseconds);
    }
  };
  await world.rival.run(given.prepare?.(PLACE, pass) ?? (async () => {}));
  armed = true;
  const mine = await outcomeOf(world.mine.run(given.mine(PLACE)), death.promise);
  return { mine, rival: rivalOutcome, stored: await stored(world.ports), calls: world.calls.length };
}

function die(death: PromiseWithResolvers<void>): Promise<never> {
  death.resolve();
  return new Promise(() => {});
}

describe.each(countedCalls)("$name, on memory ports", (given) => {
  test("counts once when nothing goes wrong", async () => {
    const run = await runUnder(given, undefined, 0);
    expect(run.mine.kind).toBe("succeeded");
    expect(given.wrong(run)).toEqual([]);
  });

  test.each(kinds)("counts once, or says that it may have, under %s at every call", async (kind) => {
    const { calls } = await runUnder(given, undefined, 0);
    expect(calls).toBeGreaterThan(0);
    for (let at = 1; at <= calls; at++) {
      const run = await runUnder(given, kind, at);
      expect({ at, run, wrong: given.wrong(run) }).toMatchObject({ wrong: [] });
    }
  });
});
