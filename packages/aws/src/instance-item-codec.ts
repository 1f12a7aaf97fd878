import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { BranchResult, ClearableField, InstanceHead, MutableHead, ParentRef, StateEntries } from "@stephooks/core";
import { dueKeys, listKeys } from "./index-keys.ts";
import { idOfKey, itemKey } from "./instance-key.ts";
import { type Item, itemReader, type ItemReader } from "./item-reader.ts";
import {
  packError,
  packHistory,
  packStepCounts,
  unpackError,
  unpackHistory,
  unpackStepCounts,
} from "./packed-attributes.ts";
import {
  packBranchResult,
  packCommands,
  packEndedPauses,
  packErrors,
  packJoin,
  packTexts,
  unpackBranchResult,
  unpackCommands,
  unpackEndedPauses,
  unpackErrors,
  unpackJoin,
  unpackTexts,
} from "./packed-branches.ts";
import { decodeStateKey, encodeStateKey } from "./state-key.ts";
import { statusLetter, statusOfLetter } from "./status-letter.ts";

/*
 * The item of a head. Names are short because every write pays for them.
 *
 * | name     | type | holds                                                                            |
 * |----------|------|----------------------------------------------------------------------------------|
 * | pk, sk   | S    | `i#<id>`, `a`; of a branch's own record `i#<instance>`, `b#<seq>#<branch>`       |
 * | wf, sid  | S    | workflow, start id                                                               |
 * | c, u     | N    | created at, time of the last commit                                              |
 * | n, k, kp | N    | seq, token, previous token                                                       |
 * | st       | S    | status letter: R W T J B D F C                                                   |
 * | s, pst   | S    | step, previous step                                                              |
 * | v, a, at | N    | visit, attempt, ready at                                                         |
 * | x        | S    | transaction id of the last commit                                                |
 * | d        | M    | state: escaped key → S, the value as JSON text                                   |
 * | pv       | N    | patch version                                                                    |
 * | sc, h, e | S    | step counts, history ring, newest error; packed JSON text                        |
 * | tt       | N    | total time                                                                       |
 * | p        | M    | parent: i (S) id, n (N) seq, b (N) branch                                        |
 * | fh       | N    | 1 for full history: what leaves h is stored as items `h#<seq>` of the same pk          |
 * | du, dl   | N    | due at, deadline                                                                 |
 * | ts       | S    | timeout step                                                                     |
 * | jn       | S    | join; packed JSON text                                                           |
 * | r        | M    | branch results while joining: branch index → S, packed JSON text                 |
 * | be, rm   | S    | branch errors, removed keys; packed JSON text                                    |
 * | kc       | S    | applied command; packed JSON text                                                |
 * | sm, sw   | N    | start marks, held token                                                          |
 * | pz       | S    | id of the pause in force                                                         |
 * | rs       | S    | ended pauses; packed JSON text                                                   |
 * | gp, gs   | S, N | keys of index `due`: `D#<shard>`, indexed at; both or none                       |
 * | lp, ls   | S, S | keys of index `list`: `<workflow>#<A, D, F or C>`, `<created at, 15 digits>#<id>` |
 *
 * Reserved, not written yet: o (outbox), jd (join chunks), cm (compensation), cv (code version), dz, dp (large state),
 * ttl. Attributes that are not in the table are ignored, so a newer version may add some.
 */

/** The whole item of a new head: an instance is listed as active. */
export function encodeInstanceItem(head: InstanceHead): Record<string, AttributeValue> {
  const { createdAt, id, workflow } = head;
  return {
    ...itemKey(id),
    wf: { S: workflow },
    sid: { S: head.startId },
    c: encodeNumber(createdAt),
    ...encodeMutableHead(id, head),
    d: encodeEntries(head.state),
    ...(head.parent === undefined ? {} : { p: encodeParent(head.parent) }),
    ...(head.fullHistory ? { fh: encodeNumber(1) } : {}),
    ...listKeys(id, { workflow, group: "active", createdAt }),
  };
}

/** Attributes of those fields that are given. */
export function encodeMutableHead(id: string, fields: Partial<MutableHead>): Record<string, AttributeValue> {
  const attributes: readonly (readonly [string, AttributeValue | undefined])[] = [
    ["n", optional(fields.seq, encodeNumber)],
    ["k", optional(fields.token, encodeNumber)],
    ["kp", optional(fields.previousToken, encodeNumber)],
    ["st", optional(fields.status, (status) => encodeText(statusLetter(status)))],
    ["s", optional(fields.step, encodeText)],
    ["pst", optional(fields.previousStep, encodeText)],
    ["v", optional(fields.visit, encodeNumber)],
    ["a", optional(fields.attempt, encodeNumber)],
    ["at", optional(fields.readyAt, encodeNumber)],
    ["x", optional(fields.transactionId, encodeText)],
    ["u", optional(fields.updatedAt, encodeNumber)],
    ["pv", optional(fields.patchVersion, encodeNumber)],
    ["sc", optional(fields.stepCounts, (counts) => encodeText(packStepCounts(counts)))],
    ["h", optional(fields.history, (history) => encodeText(packHistory(history)))],
    ["tt", optional(fields.totalTime, encodeNumber)],
    ["e", optional(fields.error, (error) => encodeText(packError(error)))],
    ["du", optional(fields.dueAt, encodeNumber)],
    ["dl", optional(fields.deadline, encodeNumber)],
    ["ts", optional(fields.timeoutStep, encodeText)],
    ["jn", optional(fields.join, (join) => encodeText(packJoin(join)))],
    ["r", optional(fields.results, encodeResults)],
    ["be", optional(fields.branchErrors, (errors) => encodeText(packErrors(errors)))],
    ["rm", optional(fields.removed, (keys) => encodeText(packTexts(keys)))],
    ["kc", optional(fields.appliedCommands, (commands) => encodeText(packCommands(commands)))],
    ["sm", optional(fields.startMarks, encodeNumber)],
    ["sw", optional(fields.heldToken, encodeNumber)],
    ["pz", optional(fields.pauseId, encodeText)],
    ["rs", optional(fields.endedPauses, (pauses) => encodeText(packEndedPauses(pauses)))],
  ];
  const given: Record<string, AttributeValue> = fields.indexedAt === undefined ? {} : dueKeys(id, fields.indexedAt);
  for (const [name, value] of attributes) if (value !== undefined) given[name] = value;
  return given;
}

/** Attributes that hold a part which an update may take away. */
const clearedAttributes: Readonly<Record<ClearableField, readonly string[]>> = {
  previousStep: ["pst"],
  totalTime: ["tt"],
  error: ["e"],
  dueAt: ["du"],
  indexedAt: ["gp", "gs"],
  timeoutStep: ["ts"],
  deadline: ["dl"],
  join: ["jn"],
  results: ["r"],
  branchErrors: ["be"],
  removed: ["rm"],
  appliedCommands: ["kc"],
  startMarks: ["sm"],
  pauseId: ["pz"],
  heldToken: ["sw"],
  endedPauses: ["rs"],
};

/** Names of the attributes that a cleared part leaves. */
export function attributesOf(field: ClearableField): readonly string[] {
  return clearedAttributes[field];
}

/** State as the value of `d`. */
export function encodeEntries(entries: StateEntries): AttributeValue {
  return { M: Object.fromEntries([...entries].map(([key, json]) => [encodeStateKey(key), { S: json }])) };
}

/** One member of `r`. */
export function encodeResult(result: BranchResult): AttributeValue {
  return encodeText(packBranchResult(result));
}

/** @throws PortError `corrupt` naming instance and attribute. */
export function decodeInstanceItem(item: Item): InstanceHead {
  const id = idOfKey(item);
  const read = itemReader(item, id ?? item.pk?.S ?? "");
  if (id === undefined) throw read.fail("pk", "the key of an instance");
  return {
    id,
    workflow: read.text("wf"),
    startId: read.text("sid"),
    createdAt: read.number("c"),
    seq: read.number("n"),
    token: read.number("k"),
    previousToken: read.number("kp"),
    status: read.parsed("st", statusOfLetter),
    step: read.text("s"),
    visit: read.number("v"),
    attempt: read.number("a"),
    readyAt: read.number("at"),
    transactionId: read.text("x"),
    updatedAt: read.number("u"),
    state: decodeEntries(read),
    patchVersion: read.number("pv"),
    stepCounts: read.parsed("sc", unpackStepCounts),
    history: read.parsed("h", unpackHistory),
    ...decodeOptionalFields(read),
    ...(item.p === undefined ? {} : { parent: decodeParent(read) }),
    ...(read.optionalNumber("fh") === 1 ? { fullHistory: true } : {}),
  };
}

function decodeOptionalFields(read: ItemReader): Pick<InstanceHead, ClearableField> {
  const fields: { readonly [Field in ClearableField]: InstanceHead[Field] | undefined } = {
    previousStep: read.optionalText("pst"),
    totalTime: read.optionalNumber("tt"),
    error: read.optionalParsed("e", unpackError),
    dueAt: read.optionalNumber("du"),
    indexedAt: read.optionalNumber("gs"),
    timeoutStep: read.optionalText("ts"),
    deadline: read.optionalNumber("dl"),
    join: read.optionalParsed("jn", unpackJoin),
    results: decodeResults(read),
    branchErrors: read.optionalParsed("be", unpackErrors),
    removed: read.optionalParsed("rm", unpackTexts),
    appliedCommands: read.optionalParsed("kc", unpackCommands),
    startMarks: read.optionalNumber("sm"),
    pauseId: read.optionalText("pz"),
    heldToken: read.optionalNumber("sw"),
    endedPauses: read.optionalParsed("rs", unpackEndedPauses),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function encodeResults(results: ReadonlyMap<number, BranchResult>): AttributeValue {
  return { M: Object.fromEntries([...results].map(([branch, result]) => [String(branch), encodeResult(result)])) };
}

function decodeResults(read: ItemReader): ReadonlyMap<number, BranchResult> | undefined {
  const map = read.optionalMap("r");
  if (map === undefined) return undefined;
  const results = new Map<number, BranchResult>();
  for (const [name, value] of Object.entries(map)) {
    const result = value.S === undefined ? undefined : unpackBranchResult(value.S);
    if (result === undefined || !/^\d+$/.test(name)) throw read.fail("r", "a map of branch results");
    results.set(Number(name), result);
  }
  return results;
}

function decodeEntries(read: ItemReader): StateEntries {
  const entries = new Map<string, string>();
  for (const [name, value] of Object.entries(read.map("d"))) {
    if (value.S === undefined) throw read.fail("d", "a map of strings");
    entries.set(decodeStateKey(name), value.S);
  }
  return entries;
}

function encodeParent(parent: ParentRef): AttributeValue {
  return { M: { i: encodeText(parent.id), n: encodeNumber(parent.seq), b: encodeNumber(parent.branch) } };
}

function decodeParent(read: ItemReader): ParentRef {
  const { i, n, b } = read.map("p");
  const seq = Number(n?.N);
  const branch = Number(b?.N);
  if (i?.S === undefined || !Number.isFinite(seq) || !Number.isFinite(branch)) {
    throw read.fail("p", "a parent with i, n and b");
  }
  return { id: i.S, seq, branch };
}

function encodeText(text: string): AttributeValue {
  return { S: text };
}

function encodeNumber(number: number): AttributeValue {
  return { N: String(number) };
}

function optional<Value>(
  value: Value | undefined,
  encode: (value: Value) => AttributeValue,
): AttributeValue | undefined {
  return value === undefined ? undefined : encode(value);
}
