import { type AwsClients, createAwsClients } from "@stephooks/aws";
import { isRecord } from "@stephooks/core";
import {
  brokenConnection,
  type FaultKind,
  internalErrorAnswer,
  requestTimeout,
  type ServiceAnswer,
  throttlingAnswer,
} from "./faults.ts";
import { KillableProcess, never } from "./killable-process.ts";

type Service = "dynamodb" | "sqs";

/** The SDK's note of one call; the same object in every step of the middleware stack. */
interface CallContext {
  readonly commandName?: string;
}

interface OpenCall {
  readonly process: KillableProcess;
  readonly operation: string;
  /** As the adapter asked, before any change of ours. */
  readonly input: object;
  kind: FaultKind | undefined;
}

/** What a middleware nearest to the network gives. */
interface WireResult {
  readonly response: unknown;
}

/** Seconds of the emulator that stand for whatever delay was asked for: the run's own clock knows the real one. */
export const SHORT_DELAY = 1;

/**
 * Clients whose requests belong to the {@link KillableProcess} that makes them: its world decides what befalls each,
 * below the SDK's own retries, and sees what the services really did. Requests of no process pass untouched.
 */
export function faultyClients(environment: Readonly<Record<string, string>>): AwsClients {
  const clients = createAwsClients({
    environment,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    // A slow answer on a busy machine is no fault of the run.
    requestTimeout: 60_000,
  });
  const calls = new WeakMap<CallContext, OpenCall>();
  const { dynamodb, sqs } = clients;
  const around = { step: "initialize", name: "processes" } as const;
  dynamodb.middlewareStack.add(
    (next, context) => (args) => aroundCall(calls, context, args.input, () => next(args)),
    around,
  );
  sqs.middlewareStack.add(
    (next, context) => (args) =>
      aroundCall(calls, context, args.input, () => next({ ...args, input: withShortDelays(args.input) })),
    around,
  );
  const onWire = { step: "deserialize", priority: "low", name: "faults" } as const;
  dynamodb.middlewareStack.add(
    (next, context) => (args) => oneTry("dynamodb", calls.get(context), () => next(args)),
    onWire,
  );
  sqs.middlewareStack.add((next, context) => (args) => oneTry("sqs", calls.get(context), () => next(args)), onWire);
  return clients;
}

async function aroundCall<Result>(
  calls: WeakMap<CallContext, OpenCall>,
  context: CallContext,
  input: object,
  perform: () => Promise<Result>,
): Promise<Result> {
  const process = KillableProcess.current;
  if (process === undefined) return perform();
  const operation = (context.commandName ?? "").replace(/Command$/, "");
  const act = (kind?: FaultKind): Promise<Result> => {
    calls.set(context, { process, operation, input, kind });
    return perform();
  };
  return process.settle(process.host.around(process, operation, act));
}

async function oneTry<Result extends WireResult>(
  service: Service,
  call: OpenCall | undefined,
  perform: () => Promise<Result>,
): Promise<Result | { readonly response: ServiceAnswer }> {
  if (call === undefined) return perform();
  const { input, kind, operation, process } = call;
  if (process.dead) return never();
  if (kind === "throttled") return { response: throttlingAnswer(service) };
  if (kind === "internal-error") return { response: internalErrorAnswer(service) };
  const result = await perform();
  const response = await readAnswer(result.response);
  if (response.statusCode < 300) process.host.done({ operation, input: { ...input }, output: parsed(response.body) });
  if (kind === "timeout") throw requestTimeout();
  if (kind === "answer-lost") {
    call.kind = undefined;
    throw brokenConnection();
  }
  return { ...result, response };
}

/** The body is a stream that can be read once. */
async function readAnswer(response: unknown): Promise<ServiceAnswer> {
  const { body, ...rest } = response as ServiceAnswer & { readonly body: AsyncIterable<Uint8Array> };
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return { ...rest, body: Buffer.concat(chunks) };
}

function parsed(body: Uint8Array): Readonly<Record<string, unknown>> {
  const value: unknown = body.length === 0 ? {} : JSON.parse(Buffer.from(body).toString());
  return isRecord(value) ? value : {};
}

/** A test does not wait for ten minutes. */
function withShortDelays<Input extends object>(input: Input): Input {
  if (!("Entries" in input) || !Array.isArray(input.Entries)) return input;
  const Entries = (input.Entries as { readonly DelaySeconds?: number }[]).map((entry) =>
    (entry.DelaySeconds ?? 0) > 0 ? { ...entry, DelaySeconds: SHORT_DELAY } : entry,
  );
  return { ...input, Entries };
}
