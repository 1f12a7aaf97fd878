import {
  type InstanceHead,
  parseWorkMessage,
  type Ports,
  type ReceivedMessage,
  type WorkMessage,
} from "@stephooks/core";
import type { TokenMessage } from "./classify-message.ts";
import { commitStep } from "./commit-step.ts";
import type { Decision, DecisionContext } from "./decision.ts";
import { definitionOf, type Definitions, knowsStep, stepOf } from "./definitions.ts";
import { dutiesOf } from "./duties.ts";
import type { EngineSettings } from "./engine-settings.ts";
import { type ProtocolRules, protocolRules } from "./protocol-rules.ts";
import { runStep } from "./run-step.ts";

/** Processes batches of the step queue. */
export interface Worker {
  /**
   * Handles one batch and answers the ids of the messages that must come back; the rest may be deleted. Never
   * rejects: one message cannot harm its neighbours. Returns at the latest `remaining` milliseconds from now.
   */
  work(batch: readonly ReceivedMessage[], remaining: number): Promise<readonly string[]>;
}

export interface WorkerOptions {
  readonly ports: Ports;
  readonly definitions: Definitions;
  readonly settings: EngineSettings;
  readonly rules?: ProtocolRules;
}

type Fate = "done" | "keep";

interface Delivery {
  readonly received: ReceivedMessage;
  readonly message: WorkMessage;
}

/** A caught failure to send is tried again after this, not after a whole visibility timeout. Seconds. */
const RETRY_SOON = 2;

export function createWorker(options: WorkerOptions): Worker {
  const { ports } = options;
  return {
    work: async (batch, remaining) => {
      const fates = new Map<string, Fate>();
      const expired = Promise.withResolvers<void>();
      const cancel = ports.clock.timer(Math.max(0, remaining), expired.resolve);
      await Promise.race([workAll(batch, fates, options), expired.promise]);
      cancel();
      return batch.filter((received) => fates.get(received.id) !== "done").map((received) => received.id);
    },
  };
}

/** Instances run side by side; messages of one instance one after the other, each on what the last one left. */
async function workAll(
  batch: readonly ReceivedMessage[],
  fates: Map<string, Fate>,
  options: WorkerOptions,
): Promise<void> {
  const lines = Map.groupBy(readable(batch, options), (delivery) => delivery.message.instance);
  const heads = await readTogether([...lines.keys()], options);
  await Promise.all(
    [...lines].map(async ([instance, deliveries]) => {
      for (const [index, delivery] of deliveries.entries()) {
        // The batch's read is stale for the second message of an instance: the first may have committed.
        const read = heads && index === 0 ? { head: heads.get(instance) } : undefined;
        fates.set(delivery.received.id, await workOne(delivery, read, options));
      }
    }),
  );
}

function readable(batch: readonly ReceivedMessage[], { ports }: WorkerOptions): readonly Delivery[] {
  return batch.flatMap((received) => {
    const parsed = parseWorkMessage(received.body);
    if (parsed.ok) return [{ received, message: parsed.message }];
    ports.logger.log("error", "unreadable message kept", { message: received.id, reason: parsed.reason });
    return [];
  });
}

/** R6: one strongly consistent read for the batch; when it fails, each message reads for itself. */
async function readTogether(
  instances: readonly string[],
  { ports }: WorkerOptions,
): Promise<ReadonlyMap<string, InstanceHead> | undefined> {
  if (instances.length === 0) return new Map();
  try {
    return await ports.instances.read(instances);
  } catch (error) {
    ports.logger.log("warn", "batch read failed", { reason: String(error) });
    return undefined;
  }
}

async function workOne(
  delivery: Delivery,
  read: { readonly head: InstanceHead | undefined } | undefined,
  options: WorkerOptions,
): Promise<Fate> {
  const { ports, rules = protocolRules } = options;
  const { message, received } = delivery;
  try {
    const head = read ? read.head : (await ports.instances.read([message.instance])).get(message.instance);
    const context = decisionContext(received, options);
    return await act(rules.classifyMessage(message, head, context), delivery, context, options);
  } catch (error) {
    ports.logger.log("error", "message kept after a failure", {
      message: received.id,
      instance: message.instance,
      reason: String(error),
    });
    return "keep";
  }
}

function decisionContext(received: ReceivedMessage, { definitions, ports, settings }: WorkerOptions): DecisionContext {
  return {
    now: ports.clock.now(),
    receiveCount: received.receiveCount,
    ...settings,
    knowsStep: (workflow, step) => knowsStep(definitions, workflow, step),
  };
}

async function act(
  decision: Decision,
  delivery: Delivery,
  context: DecisionContext,
  options: WorkerOptions,
): Promise<Fate> {
  const { ports } = options;
  const place = { instance: delivery.message.instance, message: delivery.received.id };
  switch (decision.kind) {
    case "run":
      if (delivery.message.kind === "report") throw new TypeError("a report never runs a step");
      return runAndCommit(decision, delivery.received, delivery.message, context, options);
    case "drop":
      ports.logger.log("debug", "message dropped", { ...place, reason: decision.reason });
      return "done";
    case "keep":
      ports.logger.log("debug", "message kept", { ...place, reason: decision.reason });
      if (decision.seconds !== undefined) await ports.queue.postpone(delivery.received.receipt, decision.seconds);
      return "keep";
    case "repair":
      ports.logger.log("info", "duties repeated", { ...place, reason: decision.reason });
      return performDuties(decision.head, delivery.received, options);
    case "replace":
      ports.logger.log("info", "message replaced by a delayed copy", { ...place, reason: decision.reason });
      await ports.queue.send([decision.outgoing]);
      return "done";
  }
}

async function runAndCommit(
  { head, stored }: Extract<Decision, { kind: "run" }>,
  received: ReceivedMessage,
  message: TokenMessage,
  context: DecisionContext,
  options: WorkerOptions,
): Promise<Fate> {
  const { definitions, ports, rules = protocolRules } = options;
  const workflow = definitionOf(definitions, head.workflow);
  const step = stepOf(definitions, head.workflow, head.step);
  const result = await runStep({ head, workflow, step, clock: ports.clock, logger: ports.logger });
  const verdict = await commitStep({ message, head, stored, result, workflow, context }, ports, rules);
  if (verdict.kind !== "committed") return act(verdict, { received, message }, context, options);
  return performDuties(verdict.head, received, options);
}

/** The message may go only after everything its commit owes was accepted (the insurance rule). */
async function performDuties(head: InstanceHead, received: ReceivedMessage, options: WorkerOptions): Promise<Fate> {
  const { ports } = options;
  const duties = dutiesOf(head, ports.clock.now());
  if (duties.length === 0) return "done";
  try {
    await ports.queue.send(duties);
    return "done";
  } catch (error) {
    ports.logger.log("warn", "send failed after a commit", { instance: head.id, seq: head.seq, reason: String(error) });
    await ports.queue.postpone(received.receipt, RETRY_SOON);
    return "keep";
  }
}
