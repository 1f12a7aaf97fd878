import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import {
  type BranchResult,
  type ClearableField,
  type InstanceHead,
  listGroupOf,
  type MutableHead,
  type StateEntries,
} from "@stephooks/core";
import { dueKeys, listKeys } from "./index-keys.ts";
import { idOfKey, itemKey } from "./instance-key.ts";
import { type Item, ItemReader } from "./item-reader.ts";
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
 * | fh       | N    | 1 for full history: what leaves h is stored as items `h#<seq>` of the same pk          |
 * | hc       | N    | 1 when the entries of h say what they changed in the state                       |
 * | rd       | S    | redacted state keys; packed JSON text                                            |
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
 * | rt       | N    | milliseconds it is kept after its end                                            |
 * | ttl      | N    | expires at, whole seconds: the attribute by which DynamoDB removes items         |
 *
 * Reserved, not written yet: o (outbox), jd (join chunks), cm (compensation), cv (code version), dz, dp (large state).
 * Attributes that are not in the table are ignored, so a newer version may add some.
 */

/** The whole item of a new head. */
export function encodeInstanceItem(head: InstanceHead): Record<string, AttributeValue> {
  const { createdAt, id, workflow } = head;
  const item: Record<string, AttributeValue> = {
    ...itemKey(id),
    wf: { S: workflow },
    sid: { S: head.startId },
    c: encodeNumber(createdAt),
    d: encodeEntries(head.state),
    ...(head.fullHistory ? { fh: encodeNumber(1) } : {}),
    ...(head.keepsChanges ? { hc: encodeNumber(1) } : {}),
    ...(head.redact === undefined ? {} : { rd: encodeText(packTexts(head.redact)) }),
    ...(head.retention === undefined ? {} : { rt: encodeNumber(head.retention) }),
    ...listKeys(id, { workflow, group: listGroupOf(head.status), createdAt }),
  };
  putMutableHead(id, head, (name, value) => {
    item[name] = value;
  });
  return item;
}

/** Hands `put` the attributes of those fields that are given. */
export function putMutableHead(
  id: string,
  fields: Partial<MutableHead>,
  put: (name: string, value: AttributeValue) => void,
): void {
  const number = (name: string, value: number | undefined): void => {
    if (value !== undefined) put(name, encodeNumber(value));
  };
  const text = (name: string, value: string | undefined): void => {
    if (value !== undefined) put(name, encodeText(value));
  };
  const packed = <Value>(name: string, value: Value | undefined, pack: (value: Value) => string): void => {
    if (value !== undefined) put(name, encodeText(pack(value)));
  };
  if (fields.indexedAt !== undefined) {
    for (const [name, value] of Object.entries(dueKeys(id, fields.indexedAt))) put(name, value);
  }
  number("n", fields.seq);
  number("k", fields.token);
  number("kp", fields.previousToken);
  packed("st", fields.status, statusLetter);
  text("s", fields.step);
  text("pst", fields.previousStep);
  number("v", fields.visit);
  number("a", fields.attempt);
  number("at", fields.readyAt);
  text("x", fields.transactionId);
  number("u", fields.updatedAt);
  number("pv", fields.patchVersion);
  packed("sc", fields.stepCounts, packStepCounts);
  packed("h", fields.history, packHistory);
  number("tt", fields.totalTime);
  packed("e", fields.error, packError);
  number("du", fields.dueAt);
  number("dl", fields.deadline);
  text("ts", fields.timeoutStep);
  packed("jn", fields.join, packJoin);
  if (fields.results !== undefined) put("r", encodeResults(fields.results));
  packed("be", fields.branchErrors, packErrors);
  packed("rm", fields.removed, packTexts);
  packed("kc", fields.appliedCommands, packCommands);
  number("av", fields.answeredVisit);
  number("sm", fields.startMarks);
  number("sw", fields.heldToken);
  text("pz", fields.pauseId);
  packed("rs", fields.endedPauses, packEndedPauses);
  number("ttl", fields.expiresAt === undefined ? undefined : Math.ceil(fields.expiresAt / 1_000));
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
  answeredVisit: ["av"],
  startMarks: ["sm"],
  pauseId: ["pz"],
  heldToken: ["sw"],
  endedPauses: ["rs"],
  expiresAt: ["ttl"],
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
  const read = new ItemReader(item, id ?? item.pk?.S ?? "");
  if (id === undefined) throw read.failure("pk", "the key of an instance");
  const head: Decoded = {
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
  };
  addOptionalFields(head, read);
  addChosenAtStart(head, read);
  return head;
}

/** A head on the way. */
type Decoded = { -readonly [Field in keyof InstanceHead]: InstanceHead[Field] };

/** What the start decided for the whole life of the instance. */
function addChosenAtStart(head: Decoded, read: ItemReader): void {
  if (read.optionalNumber("fh") === 1) head.fullHistory = true;
  if (read.optionalNumber("hc") === 1) head.keepsChanges = true;
  const redact = read.optionalParsed("rd", unpackTexts);
  if (redact !== undefined) head.redact = redact;
  const retention = read.optionalNumber("rt");
  if (retention !== undefined) head.retention = retention;
}

function addOptionalFields(head: Decoded, read: ItemReader): void {
  const add = <Field extends ClearableField>(field: Field, value: Decoded[Field] | undefined): void => {
    if (value !== undefined) head[field] = value;
  };
  add("previousStep", read.optionalText("pst"));
  add("totalTime", read.optionalNumber("tt"));
  add("error", read.optionalParsed("e", unpackError));
  add("dueAt", read.optionalNumber("du"));
  add("indexedAt", read.optionalNumber("gs"));
  add("timeoutStep", read.optionalText("ts"));
  add("deadline", read.optionalNumber("dl"));
  add("join", read.optionalParsed("jn", unpackJoin));
  add("results", decodeResults(read));
  add("branchErrors", read.optionalParsed("be", unpackErrors));
  add("removed", read.optionalParsed("rm", unpackTexts));
  add("appliedCommands", read.optionalParsed("kc", unpackCommands));
  add("answeredVisit", read.optionalNumber("av"));
  add("startMarks", read.optionalNumber("sm"));
  add("pauseId", read.optionalText("pz"));
  add("heldToken", read.optionalNumber("sw"));
  add("endedPauses", read.optionalParsed("rs", unpackEndedPauses));
  const seconds = read.optionalNumber("ttl");
  add("expiresAt", seconds === undefined ? undefined : seconds * 1_000);
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
    if (result === undefined || !/^\d+$/.test(name)) throw read.failure("r", "a map of branch results");
    results.set(Number(name), result);
  }
  return results;
}

function decodeEntries(read: ItemReader): StateEntries {
  const entries = new Map<string, string>();
  for (const [name, value] of Object.entries(read.map("d"))) {
    if (value.S === undefined) throw read.failure("d", "a map of strings");
    entries.set(decodeStateKey(name), value.S);
  }
  return entries;
}

function encodeText(text: string): AttributeValue {
  return { S: text };
}

function encodeNumber(number: number): AttributeValue {
  return { N: String(number) };
}
