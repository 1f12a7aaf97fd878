import { isRecord, type JsonValue } from "./json-value.ts";
import { parseBranchId } from "./branch-id.ts";
import { queueText } from "./queue-text.ts";
import { parseEntry, type StateEntries } from "./state-entries.ts";
import type { CommandName, WorkMessage } from "./work-message.ts";

/** Version of the message layout. A newer one is put back: another deployment understands it. */
const VERSION = 1;

/** Instance ids: part of table keys, message bodies and URLs. */
const INSTANCE_ID = /^[A-Za-z0-9_.:@-]{1,128}$/;

/** True for a string that may name an instance. */
export function isInstanceId(value: unknown): value is string {
  return typeof value === "string" && INSTANCE_ID.test(value);
}

/** True for what may name a head: an instance or a branch's own record. */
function isHeadId(value: unknown): value is string {
  return isInstanceId(value) || (typeof value === "string" && isInstanceId(parseBranchId(value)?.instance));
}

export type ParsedMessage =
  | { readonly ok: true; readonly message: WorkMessage }
  | { readonly ok: false; readonly reason: string };

/** The body as sent. */
export function encodeWorkMessage(message: WorkMessage): string {
  const wire = toWire(message);
  return queueText(JSON.stringify(message.suspect ? { ...wire, sp: 1 } : wire));
}

/** Reads a received body; anything unknown is a reason, never an exception. */
export function parseWorkMessage(body: string): ParsedMessage {
  try {
    const wire: unknown = JSON.parse(body);
    const parsed = parseWire(wire);
    const isSuspect = isRecord(wire) && wire["sp"] === 1;
    return parsed.ok && isSuspect ? { ok: true, message: { ...parsed.message, suspect: true } } : parsed;
  } catch {
    // Nested deeply enough, printing a part of it overflows the stack.
    return refused("the body is not JSON, or nested too deeply");
  }
}

function parseWire(wire: unknown): ParsedMessage {
  if (!isRecord(wire)) return refused("the body is not a JSON object");
  if (wire.v !== VERSION) return refused(`message version ${shown(wire.v)} is not ${VERSION}`);
  if (!isHeadId(wire.i)) return refused("no valid instance id in i");
  switch (wire.q) {
    case "w":
      return parseWake(wire, wire.i);
    case "c":
      return parseCreate(wire, wire.i);
    case "b":
      return parseBranch(wire, wire.i);
    case "x":
      return parseCommand(wire, wire.i);
    case "u":
      return parseUnpause(wire, wire.i);
    default:
      return refused(`unknown message kind ${shown(wire.q)}`);
  }
}

function toWire(message: WorkMessage): Readonly<Record<string, JsonValue>> {
  switch (message.kind) {
    case "wake":
      return { v: VERSION, q: "w", i: message.instance, k: message.token, ...(message.dutiesDone ? { dd: 1 } : {}) };
    case "create":
      return {
        v: VERSION,
        q: "c",
        i: message.instance,
        sid: message.startId,
        wf: message.workflow,
        s: message.step,
        c: message.createdAt,
        d: entriesToWire(message.state),
        ...(message.deadline === undefined ? {} : { dl: message.deadline }),
        ...(message.fullHistory ? { fh: 1 } : {}),
        ...(message.keepsChanges ? { hc: 1 } : {}),
        ...(message.redact === undefined ? {} : { rd: message.redact }),
        ...(message.retention === undefined ? {} : { rt: message.retention }),
      };
    case "branch":
      return { v: VERSION, q: "b", i: message.instance, n: message.seq, b: message.branch };
    case "command":
      return {
        v: VERSION,
        q: "x",
        i: message.instance,
        sid: message.startId,
        // Whoever does not know of the step must not run another one: to them it is an unknown message, and put back.
        ...(message.step === undefined ? { op: message.command } : { op: RETRY_FROM, s: message.step }),
        k: message.token,
        c: message.id,
        d: entriesToWire(message.set),
        rm: message.remove,
      };
    case "unpause":
      return { v: VERSION, q: "u", i: message.instance, c: message.pauseId };
  }
}

/** A retry that names its step. */
const RETRY_FROM = "retry-from";

type Wire = Readonly<Record<string, unknown>>;

function parseWake(wire: Wire, instance: string): ParsedMessage {
  if (!isCount(wire.k)) return refused("no token in k");
  return { ok: true, message: { kind: "wake", instance, token: wire.k, dutiesDone: wire.dd === 1 } };
}

function parseCreate(wire: Wire, instance: string): ParsedMessage {
  const { sid, wf, s, c, d, dl, rd, rt } = wire;
  if (typeof sid !== "string" || typeof wf !== "string" || typeof s !== "string" || !isCount(c) || !isRecord(d)) {
    return refused("a create message needs sid, wf, s, c and d");
  }
  if (dl !== undefined && !isCount(dl)) return refused("the deadline in dl is no time");
  if (rt !== undefined && !isCount(rt)) return refused("the retention in rt is no duration");
  if (rd !== undefined && !isTexts(rd)) return refused("the redacted keys in rd are no texts");
  const message = {
    kind: "create",
    instance,
    startId: sid,
    workflow: wf,
    step: s,
    createdAt: c,
    state: entriesOf(d),
    ...(dl === undefined ? {} : { deadline: dl }),
    ...(wire.fh === 1 ? { fullHistory: true } : {}),
    ...(wire.hc === 1 ? { keepsChanges: true } : {}),
    ...(rd === undefined ? {} : { redact: rd }),
    ...(rt === undefined ? {} : { retention: rt }),
  } as const;
  return { ok: true, message };
}

function parseBranch({ n, b }: Wire, instance: string): ParsedMessage {
  if (!isInstanceId(instance) || !isCount(n) || !isCount(b)) return refused("a branch message needs i, n and b");
  return { ok: true, message: { kind: "branch", instance, seq: n, branch: b } };
}

function parseUnpause({ c }: Wire, instance: string): ParsedMessage {
  if (!isInstanceId(instance) || typeof c !== "string") return refused("an unpause message needs i and c");
  return { ok: true, message: { kind: "unpause", instance, pauseId: c } };
}

function parseCommand(wire: Wire, instance: string): ParsedMessage {
  const { sid, k, c, d, rm } = wire;
  const named = commandOf(wire);
  if (typeof sid !== "string" || named === undefined || !isCount(k) || typeof c !== "string") {
    return refused("a command needs sid, op, k and c, and retry-from s");
  }
  if (!isRecord(d) || !isTexts(rm)) return refused("a command needs d and rm");
  const message = { kind: "command", instance, startId: sid, ...named, token: k, id: c } as const;
  return { ok: true, message: { ...message, set: entriesOf(d), remove: rm } };
}

function commandOf({ op, s }: Wire): { readonly command: CommandName; readonly step?: string } | undefined {
  if (op === RETRY_FROM) return typeof s === "string" ? { command: "retry", step: s } : undefined;
  return isCommandName(op) ? { command: op } : undefined;
}

function isCommandName(value: unknown): value is CommandName {
  return value === "continue" || value === "retry" || value === "resume";
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function entriesToWire(entries: StateEntries): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries([...entries].map(([key, json]) => [key, parseEntry(json)]));
}

function entriesOf(wire: Wire): StateEntries {
  return new Map(Object.entries(wire).map(([key, value]) => [key, JSON.stringify(value)]));
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** The start of a value that a stranger may have sent, for the log. */
function shown(value: unknown): string {
  return JSON.stringify(value ?? null).slice(0, 40);
}

function refused(reason: string): ParsedMessage {
  return { ok: false, reason };
}
