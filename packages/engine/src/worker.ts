import { branchId, type InstanceHead, parseWorkMessage, type Ports, type ReceivedMessage } from "@stephooks/core";
import { branchGate, branchOf, initialBranchHead, ownRecord } from "./branch.ts";
import { isApplied, type TokenMessage } from "./classify-message.ts";
import type { Decision, DecisionContext } from "./decision.ts";
import { type Definitions, knowsStep } from "./definitions.ts";
import type { EngineSettings } from "./engine-settings.ts";
import { initialHead } from "./initial-head.ts";
import { actOn } from "./process-message.ts";
import { type ProtocolRules, protocolRules } from "./protocol-rules.ts";
import { hasItsTime, isSuspect, markStart } from "./start-marks.ts";
import type { StepReporter } from "./step-reporter.ts";
import type { TransitionListener } from "./transition-event.ts";
import type { Fate, WorkTools } from "./work-context.ts";

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
  readonly listener?: TransitionListener;
  readonly reporter?: StepReporter;
}

interface Delivery {
  readonly received: ReceivedMessage;
  readonly message: TokenMessage;
  /** Another suspect of the batch has had its turn before this one. */
  readonly isBehindSuspect?: boolean;
}

type Heads = ReadonlyMap<string, InstanceHead>;

export function createWorker(options: WorkerOptions): Worker {
  const { ports } = options;
  return {
    work: async (batch, remaining) => {
      const fates = new Map<string, Fate>();
      const expired = Promise.withResolvers<void>();
      const cancel = ports.clock.timer(Math.max(0, remaining), expired.resolve);
      const endsAt = ports.clock.now() + remaining;
      await Promise.race([workAll(batch, fates, { rules: protocolRules, ...options, endsAt }), expired.promise]);
      cancel();
      return batch.filter((received) => fates.get(received.id) !== "done").map((received) => received.id);
    },
  };
}

/**
 * Heads are worked on side by side; messages of one head one after the other, each on what the last one left. A17:
 * suspects come last and alone, so that what they do to the process hurts nobody who is innocent. One that waited for
 * another begins with all of its step's time or not at all: a mark must not count what only the invocation's end cut off.
 */
async function workAll(batch: readonly ReceivedMessage[], fates: Map<string, Fate>, tools: WorkTools): Promise<void> {
  const { suspects = [], innocent = [] } = Object.groupBy(readable(batch, tools.ports), (delivery) =>
    isSuspect(delivery.received, delivery.message) ? "suspects" : "innocent",
  );
  const lines = Map.groupBy(innocent, ({ message }) => headIdOf(message));
  const heads = await readTogether(innocent, tools.ports);
  await Promise.all(
    [...lines.values()].map(async (deliveries) => {
      for (const [index, delivery] of deliveries.entries()) {
        // The batch's read is stale for the second message of a head: the first may have committed.
        fates.set(delivery.received.id, await workOne(delivery, index === 0 ? heads : undefined, tools));
      }
    }),
  );
  for (const [index, delivery] of suspects.entries()) {
    fates.set(delivery.received.id, await workOne({ ...delivery, isBehindSuspect: index > 0 }, undefined, tools));
  }
}

function readable(batch: readonly ReceivedMessage[], ports: Ports): readonly Delivery[] {
  return batch.flatMap((received) => {
    const parsed = parseWorkMessage(received.body);
    if (!parsed.ok) {
      ports.logger.log("error", "unreadable message kept", { message: received.id, reason: parsed.reason });
      return [];
    }
    return [{ received, message: parsed.message }];
  });
}

/** The head a message is about: a branch's own record, or the instance. */
function headIdOf(message: TokenMessage): string {
  const ref = branchOf(message);
  return ref === undefined ? message.instance : branchId(ref);
}

/** Every head a message's decision needs. */
function idsOf(message: TokenMessage): readonly string[] {
  const ref = branchOf(message);
  return ref === undefined ? [message.instance] : [ref.instance, branchId(ref)];
}

/** R6: one strongly consistent read for the batch; when it fails, each message reads for itself. */
async function readTogether(deliveries: readonly Delivery[], ports: Ports): Promise<Heads | undefined> {
  const ids = [...new Set(deliveries.flatMap(({ message }) => idsOf(message)))];
  if (ids.length === 0) return new Map();
  try {
    return await ports.instances.read(ids);
  } catch (error) {
    ports.logger.log("warn", "batch read failed", { reason: String(error) });
    return undefined;
  }
}

async function workOne(delivery: Delivery, read: Heads | undefined, tools: WorkTools): Promise<Fate> {
  const { ports, rules } = tools;
  const { message, received } = delivery;
  try {
    const heads = read ?? (await ports.instances.read(idsOf(message)));
    const context = decisionContext(received, tools);
    const ref = branchOf(message);
    const parent = ref && heads.get(ref.instance);
    const found = heads.get(headIdOf(message));
    const record = ownRecord(found, parent);
    const lost = ref && lostCommand(message, record);
    if (lost) return await actOn(lost, { received, message, context }, tools);
    const gate = ref && branchGate(parent, ref);
    if (gate) {
      await leaveIndex(found, ports);
      return await actOn(gate, { received, message, context }, tools);
    }
    const work = { received, message, context, ...(parent ? { parent } : {}) };
    const decision = rules.classifyMessage(message, record, context, unstored(message, parent));
    if (decision.kind !== "run" || !isSuspect(received, message)) return await actOn(decision, work, tools);
    if (delivery.isBehindSuspect && !hasItsTime(decision.head, tools)) return "keep";
    const marked = await markStart(decision, work, tools);
    return typeof marked === "string" ? marked : await actOn(marked, work, tools);
  } catch (error) {
    ports.logger.log("error", "message kept after a failure", {
      message: received.id,
      instance: message.instance,
      reason: String(error),
    });
    return "keep";
  }
}

/** A branch that is over waits for nothing: its place in the due index would wake it in vain for two weeks. */
async function leaveIndex(record: InstanceHead | undefined, { instances }: Ports): Promise<void> {
  if (record?.indexedAt === undefined) return;
  await instances.update(record.id, { set: {}, clear: ["indexedAt"] }, { seq: record.seq, statusIn: [record.status] });
}

/** A branch's command that somebody else overtook may tell the join nothing: its own message has done so, or will. */
function lostCommand(message: TokenMessage, record: InstanceHead | undefined): Decision | undefined {
  if (message.kind !== "command" || record === undefined) return undefined;
  if (isApplied(message, record) || record.seq < message.token) return undefined;
  return { kind: "drop", reason: "somebody else answered first" };
}

/** The head a first message stands for while nothing is stored. */
function unstored(message: TokenMessage, parent: InstanceHead | undefined): InstanceHead | undefined {
  if (message.kind === "create") return initialHead(message);
  const ref = branchOf(message);
  return message.kind === "branch" && parent && ref ? initialBranchHead(parent, ref) : undefined;
}

function decisionContext(received: ReceivedMessage, { definitions, ports, settings }: WorkTools): DecisionContext {
  return {
    now: ports.clock.now(),
    receiveCount: received.receiveCount,
    ...settings,
    knowsStep: (workflow, step) => knowsStep(definitions, workflow, step),
  };
}
