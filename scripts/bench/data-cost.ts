import { bareData, type BareData } from "@stephooks/aws/bench";
import { awsPorts } from "@stephooks/aws";
import { provisionStack } from "@stephooks/aws/provision";
import { listPrices } from "@stephooks/aws/resources";
import { silentLogger } from "@stephooks/core";
import { type Connection, Datastore } from "stephooks";
import { createApp, createHost } from "stephooks/host";
import { type DataCall, dataCalls, PEOPLE, personAt } from "./data-calls.ts";
import type { Emulated } from "./emulated.ts";
import { meterRequests, type RequestMeter, usageBetween } from "./request-meter.ts";

/** One call of the datastore: what it used, counted, and how long it took beside the SDK alone. */
export interface DataCost {
  readonly name: string;
  /** Requests of one call by operation, on average. */
  readonly requests: Readonly<Record<string, number>>;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** At list price, DynamoDB only. */
  readonly dollarsPerMillion: number;
  /** Medians, microseconds. */
  readonly ours: number;
  readonly bare: number;
}

/** Calls of either side before it is measured. */
const WARM_UP = 20;
const AT_ONCE = 50;

export async function measureData(emulated: Emulated, rounds: number): Promise<readonly DataCost[]> {
  const clients = emulated.clients();
  const timings = { functionTimeout: 900, visibilityTimeout: 930 };
  const stack = await provisionStack({ clients, name: "bench-data", timings });
  const meter = meterRequests(clients);
  // Of its own, so that its requests are not counted.
  const bare = bareData({ clients: emulated.clients(), table: stack.table });
  const costs: DataCost[] = [];
  const app = createApp();
  app.post("/", async (_req, res) => {
    const data = await Datastore.open();
    await data.createIndex("people", ["city"]);
    for (let start = 0; start < PEOPLE; start += AT_ONCE) {
      const people = Array.from({ length: AT_ONCE }, (_, index) => personAt(start + index));
      await Promise.all(people.flatMap((one) => [data.insertOne("people", one), bare.insert(one._id, one)]));
    }
    for (const call of dataCalls) costs.push(await measureCall(call, { data, bare, meter, rounds }));
    res.end();
  });
  const ports = awsPorts({ clients, table: stack.table, stepQueueUrl: stack.stepQueueUrl, logger: silentLogger });
  const host = createHost(app.init(), ports, {
    engine: timings,
    http: { access: { mode: "open" }, space: "dev" },
    deadLetterArn: stack.stepDeadLetterArn,
  });
  const requestContext = { stage: "$default", http: { method: "POST", path: "/", sourceIp: "127.0.0.1" } };
  const event = {
    version: "2.0",
    rawPath: "/",
    rawQueryString: "",
    headers: {},
    requestContext,
    isBase64Encoded: false,
  };
  await host.handle(event, { getRemainingTimeInMillis: () => 3_600_000 });
  if (costs.length !== dataCalls.length) throw new Error("a call failed; run it in a test to see why");
  return costs;
}

interface Bench {
  readonly data: Connection;
  readonly bare: BareData;
  readonly meter: RequestMeter;
  readonly rounds: number;
}

/** One call of each side in turn, whoever begins changing: what happens to the machine meanwhile weighs on both. */
async function measureCall(call: DataCall, { bare, data, meter, rounds }: Bench): Promise<DataCost> {
  const all = WARM_UP + rounds;
  for (let index = 0; index < all; index++) await call.prepare?.(data, bare, index);
  const times = { ours: [] as number[], bare: [] as number[] };
  let before = meter.read();
  for (let index = 0; index < all; index++) {
    if (index === WARM_UP) before = meter.read();
    const ours = async () => times.ours.push(await timeOf(() => call.ours(data, index)));
    const other = async () => times.bare.push(await timeOf(() => call.bare(bare, index)));
    for (const side of index % 2 === 0 ? [ours, other] : [other, ours]) await side();
  }
  const used = usageBetween(before, meter.read());
  const writeUnits = used.writeUnits / rounds;
  const readUnits = used.readUnits / rounds;
  const { dynamodbReadUnits, dynamodbWriteUnits } = listPrices.perMillion;
  return {
    name: call.name,
    requests: Object.fromEntries(
      Object.entries(used.requests).flatMap(([name, count]) => (count > 0 ? [[name, count / rounds]] : [])),
    ),
    writeUnits,
    readUnits,
    dollarsPerMillion: writeUnits * dynamodbWriteUnits + readUnits * dynamodbReadUnits,
    ours: median(times.ours.slice(WARM_UP)),
    bare: median(times.bare.slice(WARM_UP)),
  };
}

async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await act();
  return (performance.now() - begun) * 1_000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
