import {
  type HeadUpdate,
  type InstanceHead,
  type InstanceHistory,
  type InstanceStore,
  type Logger,
  PortError,
  type Ports,
  type WorkQueue,
  type WriteResult,
} from "@stephooks/core";
import { announcementOf } from "./announcements.ts";
import { type CallFault, callFaults } from "./fault-plan.ts";
import type { SimProcess } from "./sim-process.ts";
import type { World } from "./world.ts";

interface Request<Result> {
  readonly operation: string;
  /** The heads it is about. */
  readonly about?: () => readonly string[];
  /** Built only when somebody wants to see it. */
  readonly subject: () => string;
  /** The head it writes. */
  readonly writes?: string;
  readonly apply: () => Result;
  /** What the process knows once it has the answer. */
  readonly learn?: (result: Result) => void;
  /** Shown in a trace. */
  readonly show?: (result: Result) => string;
}

/** What the engine logs when its watchdog wakes something. */
const RESCUE = "an instance that stood still was woken";

/** What it logs when a message must come back. */
const KEPT = "message kept";

const owners = new WeakMap<Logger, SimProcess>();

/** The process whose engine handed out this log. */
export function processOf(log: Logger): SimProcess {
  const process = owners.get(log);
  if (process === undefined) throw new TypeError("this log belongs to no process");
  return process;
}

/** The ports of one process: every call leaves it, travels, takes effect, and is answered, or not. */
export function portsOf(process: SimProcess, world: World): Ports {
  const { parts } = world;
  return {
    instances: parts.store(storePort(process, world)),
    index: {
      due: (shard, from, until) =>
        call(process, world, {
          operation: "due",
          subject: () => String(shard),
          apply: () => world.store.due(shard, from, until),
          show: (found) => found.map(({ id }) => id).join(" "),
        }),
      list: (query) =>
        call(process, world, {
          operation: "list",
          subject: () => `${query.workflow} ${query.group}`,
          apply: () => world.store.list(query),
          show: ({ ids }) => ids.join(" "),
        }),
    },
    history: historyPort(process, world),
    queue: parts.queue(queuePort(process, world)),
    clock: process.clock,
    random: world.ids,
    logger: loggerOf(process, world),
  };
}

function storePort(process: SimProcess, world: World): InstanceStore {
  const { store } = world;
  return {
    read: (ids) =>
      call(process, world, {
        operation: "read",
        subject: () => ids.join(" "),
        about: () => ids,
        apply: () => store.read(ids),
        learn: (heads) => {
          for (const id of ids) process.seen.set(id, heads.get(id));
        },
        show: (heads) => [...heads.values()].map(shownHead).join("; "),
      }),
    create: (head) => {
      const { error, id, seq, transactionId } = head;
      // A head that is stored before its first commit carries an id that no commit has chosen.
      const set = seq === 0 ? {} : { seq, transactionId, ...(error ? { error } : {}) };
      const act = (): WriteResult => store.create(head);
      return write(process, world, { operation: "create", id, update: { set }, subject: () => id, act });
    },
    update: (id, update, condition) => {
      const subject = (): string => `${id} if ${JSON.stringify(condition)}`;
      const act = (): WriteResult => store.update(id, update, condition);
      return write(process, world, { operation: "update", id, update, subject, act });
    },
  };
}

interface Write {
  readonly operation: "create" | "update";
  readonly id: string;
  readonly update: HeadUpdate;
  readonly subject: () => string;
  readonly act: () => WriteResult;
}

function write(
  process: SimProcess,
  world: World,
  { act, id, operation, subject, update }: Write,
): Promise<WriteResult> {
  const { transactionId } = update.set;
  if (transactionId !== undefined) process.wrote.add(transactionId);
  let stored: InstanceHead | undefined;
  return call(process, world, {
    operation,
    subject,
    writes: id,
    about: () => [id],
    apply: () => {
      const written = act();
      // As it is at that moment: whoever writes before the answer arrives is not seen in it.
      stored = world.store.get(id);
      return written;
    },
    learn: ({ ok }) => {
      process.seen.set(id, stored);
      const announcement = ok && stored && announces(process) ? announcementOf(update, stored) : undefined;
      if (announcement !== undefined) process.unannounced.add(announcement);
    },
    show: shownWrite,
  });
}

/** Clients and the sweeper have no listener. */
function announces({ role }: SimProcess): boolean {
  return role === "worker" || role === "drain";
}

function historyPort(process: SimProcess, world: World): InstanceHistory {
  return {
    append: (instance, entries) =>
      call(process, world, {
        operation: "append",
        about: () => [instance],
        subject: () => `${instance} ${entries.map(({ seq }) => seq).join(" ")}`,
        apply: () => world.history.append(instance, entries),
      }),
    read: (instance, after, limit) =>
      call(process, world, {
        operation: "read-history",
        about: () => [instance],
        subject: () => `${instance} after ${after}`,
        apply: () => world.history.read(instance, after, limit),
      }),
  };
}

function queuePort(process: SimProcess, world: World): WorkQueue {
  const { queue } = world;
  return {
    send: (messages) =>
      call(process, world, {
        operation: "send",
        about: () => messages.map(({ message }) => message.instance),
        subject: () =>
          messages.map(({ delaySeconds, message }) => `${JSON.stringify(message)}+${delaySeconds}`).join(" "),
        apply: () => queue.send(messages),
      }),
    postpone: (receipt, seconds) =>
      call(process, world, {
        operation: "postpone",
        subject: () => `${receipt} ${seconds} s`,
        apply: () => queue.postpone(receipt, seconds),
      }),
    backlog: () => call(process, world, { operation: "backlog", subject: () => "", apply: () => queue.backlog() }),
  };
}

function loggerOf(process: SimProcess, world: World): Logger {
  const logger: Logger = {
    log: (_level, event, fields) => {
      const instance = String(fields?.["instance"]);
      world.logged.set(event, (world.logged.get(event) ?? new Set()).add(instance));
      world.mark(`engine: ${event}${shortReason(fields?.["reason"])}`);
      if (event === KEPT) world.onKept(process, instance);
      if (event === RESCUE && world.store.get(instance)?.status !== "joining") world.rescued.add(instance);
      world.note(() => `${process.name} log: ${event} ${JSON.stringify(fields ?? {})}`);
    },
  };
  owners.set(logger, process);
  return logger;
}

/** The reason without what differs from run to run. */
function shortReason(reason: unknown): string {
  return typeof reason === "string" ? `: ${reason.replaceAll(/"[^"]*"/g, "…").replaceAll(/\d+/g, "n")}` : "";
}

function call<Result>(process: SimProcess, world: World, request: Request<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (process.frozen) process.deliver(() => leave(process, world, request, resolve, reject));
    else if (!process.dead) leave(process, world, request, resolve, reject);
  });
}

function leave<Result>(
  process: SimProcess,
  world: World,
  request: Request<Result>,
  resolve: (result: Result) => void,
  reject: (error: Error) => void,
): void {
  const key = `${process.role} ${request.operation}`;
  world.calls.set(key, (world.calls.get(key) ?? 0) + 1);
  world.callCount += 1;
  world.trace.number(world.timeline.now);
  world.trace.text(request.operation);
  const place = (): string => `${process.name} ${request.operation} ${request.subject()}`;
  const harmed = (): readonly string[] => [...process.instances, ...(request.about?.() ?? [])];
  const fault = world.faults.strike(callFaults, { place, harmed, boost: process.boost });
  if (fault) world.mark(`fault: ${fault} at ${request.operation}`);
  if (fault === "kill-before") return kill(process, world, place);
  if (fault === "freeze") world.freeze(process);
  const answer = (act: () => void, after = world.latency()): void => {
    world.timeline.after(after, () => process.deliver(act));
  };
  const travel = fault === "slow" ? world.schedule.spread(500, 60_000) : world.latency();
  world.timeline.after(travel, () => {
    if (fault === "throttled" || fault === "unavailable") {
      world.note(() => `${place()} -> ${fault}`);
      return answer(() => reject(new PortError(fault, "injected")));
    }
    try {
      world.writer = process;
      const result = apply(request, fault);
      world.note(() => `${place()}${fault ? ` (${fault})` : ""} -> ${request.show?.(result) ?? "done"}`);
      if (fault === "kill-after") return kill(process, world, place);
      if (fault === "answer-lost") {
        if (request.writes !== undefined) world.onAnswerLost(request.writes);
        // Whoever waits in vain for an answer waits for long.
        return answer(() => reject(new PortError("timeout", "injected: applied")), world.schedule.spread(20, 3_000));
      }
      answer(() => {
        request.learn?.(result);
        resolve(result);
      });
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      answer(() => reject(error));
    }
  });
}

function apply<Result>(request: Request<Result>, fault: CallFault | undefined): Result {
  const result = request.apply();
  return fault === "applied-twice" ? request.apply() : result;
}

function kill(process: SimProcess, world: World, place: () => string): void {
  world.note(() => `${place()} -> ${process.name} DIES`);
  process.kill();
}

function shownWrite(written: WriteResult): string {
  return written.ok ? "applied" : `REFUSED by ${written.current ? shownHead(written.current) : "nothing"}`;
}

/** A head in one line. */
function shownHead(head: InstanceHead): string {
  const { attempt, id, previousToken, results, seq, status, step, token } = head;
  const done = results === undefined ? "" : ` results ${[...results.keys()].join(",")}`;
  return `${id} n${seq} k${token}/${previousToken} ${status} at ${step} #${attempt}${done}`;
}
