import { randomUUID } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { rawRequest } from "@stephooks/emulators";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmulatedTasks, emulatedTasks } from "../emulated-tasks.ts";
import type { TaskRunner } from "../task-app.ts";
import { type CountedCall, countedCalls, type Run, type StoredData } from "./counted-calls.ts";
import { outcomeOf } from "./outcome-of.ts";
import { armedClient, brokenConnection, refusal, requestTimeout, type Try, type WireAnswer } from "./wire-client.ts";

/** What goes wrong around one request, below the SDK's own repeating. */
const kinds = [
  /** Asked to slow down once, or at every try. */
  "throttled-once",
  "throttled",
  /** Status 500 without an effect, once or at every try. */
  "internal-error-once",
  "internal-error",
  /** The connection breaks before the request, once. */
  "never-sent",
  /** And another's call comes before the SDK's next try. */
  "never-sent-then-rival",
  /** Done, and the connection breaks before the answer, once. */
  "answer-lost",
  "answer-lost-then-rival",
  /** Done, its answer lost, and all further tries are asked to slow down. */
  "answer-lost-then-throttled",
  /** Done at every try, and no try is answered. */
  "timeout",
  /** The first try times out, and reaches the service only after the call has come back. */
  "late",
  "dies-before",
  "dies-after",
] as const;
type Kind = (typeof kinds)[number];

let stack: EmulatedTasks;
let rival: TaskRunner;
beforeAll(async () => {
  stack = await emulatedTasks();
  rival = stack.process();
});
afterAll(() => stack.dispose());

/** A process whose requests are tampered with. */
type Victim = TaskRunner & ReturnType<typeof armedClient>;

function startVictim(): Victim {
  const process = stack.process();
  return { ...process, ...armedClient(process.clients) };
}

/** What one run of the call under a fault has to know. */
interface Fault {
  readonly kind: Kind;
  /** The request that it befalls. */
  readonly at: number;
  readonly death: PromiseWithResolvers<void>;
  readonly callRival: () => Promise<void>;
  /** Requests that reach the service after the call has come back. */
  readonly late: (() => Promise<void>)[];
}

const isOnce = (kind: Kind): boolean => !["throttled", "internal-error", "timeout"].includes(kind);

/** What becomes of the tries of the request at `fault.at`: the first of them is the one with that number. */
async function befall(attempt: Try, fault: Fault): Promise<WireAnswer> {
  const { death, kind } = fault;
  const isFirst = attempt.number === fault.at;
  if (kind === "answer-lost-then-throttled" && !isFirst) return refusal("throttled");
  if (isOnce(kind) && !isFirst) return attempt.perform();
  switch (kind) {
    case "throttled":
    case "throttled-once":
      return refusal("throttled");
    case "internal-error":
    case "internal-error-once":
      return refusal("internal-error");
    case "late":
      fault.late.push(async () => drained((await attempt.perform()).response));
      throw requestTimeout();
    case "dies-before":
      death.resolve();
      return new Promise(() => {});
    case "never-sent":
    case "never-sent-then-rival":
      if (kind === "never-sent-then-rival") await fault.callRival();
      throw brokenConnection();
    case "dies-after":
    case "timeout":
    case "answer-lost":
    case "answer-lost-then-rival":
    case "answer-lost-then-throttled":
      return lose(attempt, fault);
  }
}

async function lose(attempt: Try, { callRival, death, kind }: Fault): Promise<never> {
  const { response } = await attempt.perform();
  await drained(response);
  if (kind === "answer-lost-then-rival") await callRival();
  if (kind !== "dies-after") throw kind === "timeout" ? requestTimeout() : brokenConnection();
  death.resolve();
  return new Promise(() => {});
}

/** The connection is free for the next request once its answer is read. */
async function drained(response: unknown): Promise<void> {
  const { body } = response as { readonly body: AsyncIterable<Uint8Array> };
  await buffer(body);
}

async function runUnder(
  victim: Victim,
  given: CountedCall,
  kind: Kind | undefined,
  at: number,
): Promise<Run & { readonly operations: readonly string[] }> {
  const place = `p-${randomUUID()}`;
  const pass = (milliseconds: number): Promise<void> => sleep(milliseconds);
  await rival.run(given.prepare?.(place, pass) ?? (async () => {}));
  let rivalOutcome: Run["rival"];
  const callRival = async (): Promise<void> => {
    rivalOutcome = await outcomeOf(rival.run(given.rival(place)), new Promise(() => {}));
  };
  const fault: Fault = { kind: kind ?? "late", at, death: Promise.withResolvers<void>(), callRival, late: [] };
  const operations: string[] = [];
  victim.arm((attempt) => {
    operations.push(attempt.operation);
    const isMeant = kind !== undefined && attempt.number >= at && attempt.operation === operations[at - 1];
    return isMeant ? befall(attempt, fault) : attempt.perform();
  });
  const mine = await outcomeOf(victim.run(given.mine(place)), fault.death.promise);
  victim.arm(undefined);
  for (const perform of fault.late) await perform();
  return { mine, rival: rivalOutcome, stored: await readStored(place), operations };
}

interface ScanAnswer {
  readonly Items: readonly {
    readonly pk: { readonly S: string };
    readonly sk: { readonly S: string };
    readonly d?: { readonly S: string };
    readonly n?: { readonly N: string };
  }[];
}

/** By plain HTTP: no SDK, no adapter. */
async function readStored(place: string): Promise<StoredData> {
  const { Items } = await rawRequest<ScanAnswer>(stack.dynamodbEndpoint, "DynamoDB_20120810.Scan", {
    TableName: stack.stack.table,
    ConsistentRead: true,
    FilterExpression: "contains(pk, :place)",
    ExpressionAttributeValues: { ":place": { S: place } },
  });
  const of = (letter: string) => Items.filter(({ pk }) => pk.S.startsWith(letter));
  return {
    documents: of("d#").map(({ d }): StoredData["documents"][number] => JSON.parse(d?.S ?? "null")),
    values: new Map(of("k#").map(({ n, sk }) => [sk.S, Number(n?.N)])),
  };
}

const reads: ReadonlySet<string> = new Set(["GetItem", "BatchGetItem", "Query"]);

/** What was read is not changed by a lost answer: such a fault at a read is the one before it. */
function canMatter(kind: Kind, operation: string): boolean {
  if (!reads.has(operation)) return true;
  return ["throttled", "internal-error", "never-sent-then-rival", "dies-before"].includes(kind);
}

describe.concurrent.each(countedCalls)("$name, on DynamoDB", (given) => {
  // At the same time: the SDK waits between its tries.
  test.each(kinds)(
    "counts once, or says that it may have, under %s at every request",
    async (kind) => {
      const victim = startVictim();
      const { mine, operations } = await runUnder(victim, given, undefined, 0);
      expect(mine.kind).toBe("succeeded");
      for (const [index, operation] of operations.entries()) {
        if (!canMatter(kind, operation)) continue;
        const run = await runUnder(victim, given, kind, index + 1);
        expect({ operation, run, wrong: given.wrong(run) }).toMatchObject({ wrong: [] });
      }
    },
    60_000,
  );
});
