import type { AwsClients } from "@stephooks/aws";
import { isRecord } from "@stephooks/core";

/** What the clients asked the services for. */
export interface Usage {
  /** Requests by operation, each attempt counted. */
  readonly requests: Readonly<Record<string, number>>;
  /** Entries of `SendMessageBatch`. */
  readonly sentEntries: number;
  /** As DynamoDB reports them. */
  readonly writeUnits: number;
  readonly readUnits: number;
}

export interface RequestMeter {
  read(): Usage;
}

const WRITES: readonly string[] = ["PutItem", "UpdateItem", "DeleteItem"];

/** Counts every request of these clients from now on. */
export function meterRequests({ dynamodb, sqs }: AwsClients): RequestMeter {
  const requests = new Map<string, number>();
  let [sentEntries, writeUnits, readUnits] = [0, 0, 0];
  const note = (commandName: string | undefined, output: object): string => {
    const operation = (commandName ?? "").replace(/Command$/, "");
    const metadata: unknown = Reflect.get(output, "$metadata");
    const attempts = isRecord(metadata) ? Number(metadata["attempts"] ?? 1) : 1;
    requests.set(operation, (requests.get(operation) ?? 0) + attempts);
    return operation;
  };
  dynamodb.middlewareStack.add(
    (next, context) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: "TOTAL" });
      const answered = await next(args);
      const units = unitsIn(answered.output);
      if (WRITES.includes(note(context.commandName, answered.output))) writeUnits += units;
      else readUnits += units;
      return answered;
    },
    { step: "initialize", name: "benchMeter" },
  );
  sqs.middlewareStack.add(
    (next, context) => async (args) => {
      const answered = await next(args);
      if (note(context.commandName, answered.output) === "SendMessageBatch") sentEntries += entriesIn(args.input);
      return answered;
    },
    { step: "initialize", name: "benchMeter" },
  );
  return { read: () => ({ requests: Object.fromEntries(requests), sentEntries, writeUnits, readUnits }) };
}

/** What was used between two readings. */
export function usageBetween(before: Usage, after: Usage): Usage {
  const names = Object.keys(after.requests);
  return {
    requests: Object.fromEntries(
      names.map((name) => [name, (after.requests[name] ?? 0) - (before.requests[name] ?? 0)]),
    ),
    sentEntries: after.sentEntries - before.sentEntries,
    writeUnits: after.writeUnits - before.writeUnits,
    readUnits: after.readUnits - before.readUnits,
  };
}

/** One item's answer carries one figure, a batch a list of them. */
function unitsIn(output: object): number {
  const consumed: unknown = Reflect.get(output, "ConsumedCapacity");
  const list: readonly unknown[] = Array.isArray(consumed) ? consumed : [consumed];
  return list.reduce<number>((sum, entry) => sum + (isRecord(entry) ? Number(entry["CapacityUnits"] ?? 0) : 0), 0);
}

function entriesIn(input: object): number {
  const entries: unknown = Reflect.get(input, "Entries");
  return Array.isArray(entries) ? entries.length : 0;
}
