import { isRecord } from "@stephooks/core";
import type { EmulatedWorld } from "./emulated-world.ts";
import type { RawItem } from "./raw-stack.ts";

/** What a scenario may say about one ended instance: read from the stored item by nobody's code but this file's. */
export interface EndedInstance {
  readonly id: string;
  readonly status: string;
  readonly state: Readonly<Record<string, unknown>>;
  /** Its commits in order: the step of a body, with `!` for one that threw; in brackets what no body asked for. */
  readonly path: readonly string[];
  /** Code of the failure, when there is one. */
  readonly failure?: string;
  /** Commits so far. */
  readonly seq: number;
}

/** A story told to a world, and what must be true of every instance afterwards whatever went wrong once. */
export interface Scenario {
  readonly name: string;
  /** Registers workflows and acts as clients; answers the ids whose start was acknowledged. */
  run(world: EmulatedWorld): Promise<readonly string[]>;
  /** Complaints about one ended instance; none when it ended as it should. */
  judge(instance: EndedInstance, world: EmulatedWorld): readonly string[];
  /** Bodies that a fault-free run begins. */
  readonly executions: number;
  /** Bodies of one instance that one death can interrupt. 1 unless given. */
  readonly width?: number;
}

/** I9: executions beyond the fault-free ones that one fault may cost, for each body in hand. */
const EXECUTIONS_PER_FAULT = 2;

/** Outcomes of commits that no body asked for. */
const moves: Readonly<Record<string, string>> = { j: "(join)", t: "(time-out)", c: "(continue)" };

const endLetters: Readonly<Record<string, string>> = { D: "completed", F: "failed", C: "cancelled" };

/** What is wrong with the end of a run, by invariant. */
export async function judge(
  scenario: Scenario,
  world: EmulatedWorld,
  acknowledged: readonly string[],
  items: readonly RawItem[],
): Promise<readonly string[]> {
  const heads = items.filter(({ sk }) => sk?.S === "a");
  const left = await world.stack.messages();
  return [
    ...lost(heads, acknowledged),
    ...forked(world),
    ...amplified(scenario, world),
    ...world.log.complaints,
    ...(left === 0 ? [] : [`I10: ${left} messages left in the queues`]),
    ...heads.flatMap((item) => {
      const instance = readEnded(item);
      const complaints = [...places(item), ...chain(item), ...scenario.judge(instance, world)];
      return complaints.map((complaint) => `${complaint} (${instance.id})`);
    }),
  ];
}

/** I5: what was acknowledged is stored. */
function lost(heads: readonly RawItem[], acknowledged: readonly string[]): readonly string[] {
  const stored = new Set(heads.map(idOf));
  return acknowledged.filter((id) => !stored.has(id)).map((id) => `I5: ${id} was started and never stored`);
}

/** I1, I14: the table accepted one creation of an item, one commit of each seq and one result of each branch. */
function forked({ log }: EmulatedWorld): readonly string[] {
  const accepted = log.commits.flatMap(({ created, item, result, seq }) => [
    ...(created ? [`I1: ${item} was created`] : []),
    ...(seq === undefined || created ? [] : [`I1: ${item} seq ${seq} was committed`]),
    ...(result === undefined ? [] : [`I14: ${item} branch ${result} was recorded`]),
  ]);
  const times = Map.groupBy(accepted, (what) => what);
  return [...times].flatMap(([what, { length }]) => (length > 1 ? [`${what} ${length} times`] : []));
}

function amplified({ executions, width = 1 }: Scenario, { faultsFired, log }: EmulatedWorld): readonly string[] {
  const allowed = executions + EXECUTIONS_PER_FAULT * width * faultsFired;
  const count = log.executions.length;
  return count <= allowed ? [] : [`I9: ${count} executions where ${executions} do without faults`];
}

/** I3, and that an ended instance stands in the list of its end and no longer in the due index. */
function places(item: RawItem): readonly string[] {
  const letter = item["st"]?.S ?? "";
  if (endLetters[letter] === undefined) return [`I3: still ${letter} at ${item["s"]?.S}, lost wakeup`];
  const listed = item["lp"]?.S ?? "";
  return [
    ...(listed.endsWith(`#${letter}`) ? [] : [`ended ${letter}, but listed under ${listed}`]),
    ...(item["gp"] === undefined && item["gs"] === undefined ? [] : ["ended, but still in the due index"]),
  ];
}

/** I2: the history is a chain of all seqs up to the item's own. No run is longer than what an item keeps. */
function chain(item: RawItem): readonly string[] {
  const seqs = historyOf(item).map(({ seq }) => seq);
  const isWhole = seqs.every((seq, index) => seq === index + 1) && seqs.length === Number(item["n"]?.N);
  return isWhole ? [] : [`I2: history ${seqs.join(", ")} of seq ${item["n"]?.N}`];
}

function readEnded(item: RawItem): EndedInstance {
  const error: unknown = JSON.parse(item["e"]?.S ?? "null");
  const failure = isRecord(error) ? String(error["code"] ?? error["name"]) : undefined;
  const state = Object.entries(item["d"]?.M ?? {}).map(([key, { S = "" }]): [string, unknown] => [key, JSON.parse(S)]);
  return {
    id: idOf(item),
    status: endLetters[item["st"]?.S ?? ""] ?? "running",
    state: Object.fromEntries(state),
    path: historyOf(item).map(
      ({ outcome, step }) => `${moves[outcome] ?? step}${outcome === "r" || outcome === "f" ? "!" : ""}`,
    ),
    ...(failure === undefined ? {} : { failure }),
    seq: Number(item["n"]?.N),
  };
}

function idOf(item: RawItem): string {
  return (item["pk"]?.S ?? "").slice(2);
}

interface HistoryRow {
  readonly seq: number;
  readonly step: string;
  /** A letter. */
  readonly outcome: string;
}

/** Rows of `[seq, step, attempt, outcome, ...]`; from the second on, seq is what it exceeds the one before by. */
function historyOf(item: RawItem): readonly HistoryRow[] {
  const rows = JSON.parse(item["h"]?.S ?? "[]") as readonly (readonly [number, string, number, string])[];
  let seq = 0;
  return rows.map(([rise, step, , outcome]) => {
    seq += rise;
    return { seq, step, outcome };
  });
}
