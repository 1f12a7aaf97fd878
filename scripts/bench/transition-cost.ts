import { listPrices } from "@stephooks/aws/resources";
import { readItem } from "../raw/raw-view.ts";
import { benchWorld, type BenchWorld, invokeOnce } from "./bench-world.ts";
import type { Emulated } from "./emulated.ts";
import { meterRequests, usageBetween } from "./request-meter.ts";

export interface CostCase {
  readonly mode: "queue" | "inline";
  /** Instances per invocation. */
  readonly batch: number;
  /** Bytes of state added. */
  readonly pad: number;
}

/** What one transition used, on average, counted from requests. */
export interface TransitionCost extends CostCase {
  readonly transitions: number;
  readonly itemBytes: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly sendEntries: number;
  readonly sendRequests: number;
  readonly receiveRequests: number;
  readonly deleteRequests: number;
  readonly invocations: number;
  /** At list price, compute time not included. */
  readonly dollarsPerMillion: number;
}

/** After these invocations the history is full, so the item no longer grows. */
const WARM_UP = 24;
const INVOCATIONS = 40;

export async function measureCost(emulated: Emulated, given: CostCase): Promise<TransitionCost> {
  const world = await benchWorld(emulated);
  const meter = meterRequests(world.clients);
  const ids = Array.from({ length: given.batch }, (_, index) => `instance-${index}`);
  const workflow = given.mode === "queue" ? world.queued : world.chained;
  // The host is bound at creation; starts need no event.
  await Promise.all(ids.map((id) => workflow.start({ lap: 0, pad: "x".repeat(given.pad) }, { id })));
  for (let count = 0; count < WARM_UP; count++) await invokeOnce(world, given.batch, world.handle);
  const [before, seqBefore] = [meter.read(), await commits(emulated, world, ids)];
  for (let count = 0; count < INVOCATIONS; count++) await invokeOnce(world, given.batch, world.handle);
  const usage = usageBetween(before, meter.read());
  const transitions = (await commits(emulated, world, ids)) - seqBefore;
  const { bytes } = await readItem(emulated.dynamodbEndpoint, world.stack.table, ids[0] ?? "");
  const each = (count = 0): number => count / transitions;
  const cost = {
    ...given,
    transitions,
    itemBytes: bytes,
    writeUnits: each(usage.writeUnits),
    readUnits: each(usage.readUnits),
    sendEntries: each(usage.sentEntries),
    sendRequests: each(usage.requests["SendMessageBatch"]),
    receiveRequests: each(usage.requests["ReceiveMessage"]),
    deleteRequests: each(usage.requests["DeleteMessageBatch"]),
    invocations: each(INVOCATIONS),
  };
  return { ...cost, dollarsPerMillion: dollars(cost) };
}

/** Commits of all instances, by raw reads that the meter does not see. */
async function commits(emulated: Emulated, { stack }: BenchWorld, ids: readonly string[]): Promise<number> {
  const items = await Promise.all(ids.map((id) => readItem(emulated.dynamodbEndpoint, stack.table, id)));
  return items.reduce((sum, { item }) => sum + Number(item["n"]?.N), 0);
}

function dollars(cost: Omit<TransitionCost, "dollarsPerMillion">): number {
  const { perMillion } = listPrices;
  const sqs = cost.sendRequests + cost.receiveRequests + cost.deleteRequests;
  return (
    cost.writeUnits * perMillion.dynamodbWriteUnits +
    cost.readUnits * perMillion.dynamodbReadUnits +
    sqs * perMillion.sqsStandardRequests +
    cost.invocations * perMillion.lambdaRequests
  );
}
