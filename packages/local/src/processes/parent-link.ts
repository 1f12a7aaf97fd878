import { isCodedError, isRecord } from "@stephooks/core";
import { shiftDate } from "../clock/shift-date.ts";
import { loadAhead } from "../load-ahead.ts";
import { logsAreRead, markOutput } from "../log-ids.ts";

/** Time to finish what runs after the parent is gone or said stop, milliseconds. Its work comes back elsewhere. */
const END_LIMIT = 2_000;

type Facts = Readonly<Record<string, unknown>>;

/** What a process of the stack tells its parent, and asks it. */
export interface ParentLink {
  /** Tells that this process serves. */
  ready(details?: Readonly<Record<string, unknown>>): void;
  /** Answers the parent's questions of a kind; one whose answer fails is answered with nothing. */
  answer(kind: string, act: (question: Facts) => Facts | Promise<Facts>): void;
  /** Asks the parent. @throws Error with the parent's code and text. */
  ask(kind: string, question: Facts): Promise<Facts>;
  /** What to do before the end, in little time. */
  beforeEnd(stop: () => Promise<void>): void;
  /** How to complete what has begun when another process takes over. Default: as before the end, without hurry. */
  beforeRetirement(finish: () => Promise<void>): void;
}

/**
 * Runs a process of the stack: it ends with the parent, however and whenever the parent ends, and on SIGTERM. When
 * `start` throws the parent is told why.
 */
export async function runProcess(start: (parent: ParentLink) => Promise<void>): Promise<void> {
  // Started ahead of time, perhaps: what it is to do comes when there is something to do.
  const beginning = begun();
  await loadAhead();
  if (!(await beginning)) return;
  if (logsAreRead()) markOutput();
  const offset = process.env["STEPHOOKS_LOCAL_CLOCK"];
  if (offset !== undefined) followClock(Number(offset));
  let stop = async (): Promise<void> => {};
  let finish: (() => Promise<void>) | undefined;
  const end = (): void => {
    setTimeout(() => process.exit(0), END_LIMIT);
    void stop().finally(() => process.exit(0));
  };
  process.once("disconnect", end);
  process.once("SIGTERM", end);
  process.on("message", (message: unknown) => {
    if (!isRecord(message) || message["kind"] !== "finish") return;
    const finished = (finish ?? stop)();
    // From here on whatever comes is its successor's.
    tell({ kind: "finishing" });
    void finished.finally(() => process.exit(0));
  });
  // Ctrl-C may reach the whole process group; the parent decides what it means.
  process.on("SIGINT", () => {});
  if (!process.connected) return end();
  try {
    await start({
      ready: (details = {}) => tell({ kind: "ready", ...details }),
      answer,
      ask,
      beforeEnd: (given) => (stop = given),
      beforeRetirement: (given) => (finish = given),
    });
  } catch (error) {
    const code = isCodedError(error) ? error.code : undefined;
    const message = error instanceof Error ? error.message : String(error);
    const stack = error instanceof Error && error.cause instanceof Error ? error.cause.stack : undefined;
    tell({ kind: "failed", code, message, stack }, () => process.exit(1));
  }
}

/** Takes its environment from the parent. False when the parent is gone before that. */
async function begun(): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const gone = (): void => resolve(false);
  const onMessage = (message: unknown): void => {
    if (!isRecord(message) || message["kind"] !== "begin" || !isRecord(message["environment"])) return;
    for (const [name, value] of Object.entries(message["environment"])) process.env[name] = String(value);
    resolve(true);
  };
  process.on("message", onMessage).once("disconnect", gone);
  if (!process.connected) gone();
  const isBegun = await promise;
  process.off("message", onMessage).off("disconnect", gone);
  return isBegun;
}

/** With a virtual clock every process shows the parent's time. */
function followClock(offset: number): void {
  const date = shiftDate(offset);
  answer("clock", ({ offset: next }) => {
    date.moveTo(Number(next));
    return {};
  });
}

/** A parent that is gone needs no message; its end is heard as a disconnect. */
function tell(message: object, sent: () => void = () => {}): void {
  process.send?.(message, sent);
}

function answer(kind: string, act: (question: Facts) => Facts | Promise<Facts>): void {
  process.on("message", (message: unknown) => {
    if (!isRecord(message) || message["kind"] !== `${kind}?`) return;
    const { id } = message;
    void (async () => act(message))().then(
      (facts) => tell({ ...facts, kind, id }),
      () => tell({ kind, id }),
    );
  });
}

let questions = 0;

async function ask(kind: string, question: Facts): Promise<Facts> {
  const id = (questions += 1);
  const { promise, resolve } = Promise.withResolvers<Facts>();
  const onMessage = (message: unknown): void => {
    if (isRecord(message) && message["kind"] === kind && message["id"] === id) resolve(message);
  };
  process.on("message", onMessage);
  tell({ ...question, kind: `${kind}?`, id });
  const told = await promise;
  process.off("message", onMessage);
  return told;
}

/** What the parent put into the environment of a process of the stack. */
export function readSetting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new TypeError(`${name} is not set: this file is started by startStack`);
  return value;
}
