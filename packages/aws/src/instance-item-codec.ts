import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { InstanceHead, MutableHead, ParentRef, StateEntries } from "@stephooks/core";
import { type Item, itemReader, type ItemReader } from "./item-reader.ts";
import {
  packError,
  packHistory,
  packStepCounts,
  unpackError,
  unpackHistory,
  unpackStepCounts,
} from "./packed-attributes.ts";
import { decodeStateKey, encodeStateKey } from "./state-key.ts";
import { statusLetter, statusOfLetter } from "./status-letter.ts";

/*
 * The item of an instance head. Names are short because every write pays for them.
 *
 * | name     | type | holds                                                      |
 * |----------|------|------------------------------------------------------------|
 * | pk, sk   | S    | `i#<id>`, `a`                                              |
 * | wf, sid  | S    | workflow, start id                                         |
 * | c, u     | N    | created at, time of the last commit                        |
 * | n, k, kp | N    | seq, token, previous token                                 |
 * | st       | S    | status letter: R W T J B D F C                             |
 * | s, pst   | S    | step, previous step                                        |
 * | v, a, at | N    | visit, attempt, ready at                                   |
 * | x        | S    | transaction id of the last commit                          |
 * | d        | M    | state: escaped key → S, the value as JSON text             |
 * | pv       | N    | patch version                                              |
 * | sc, h, e | S    | step counts, history ring, newest error; packed JSON text  |
 * | tt       | N    | total time                                                 |
 * | p        | M    | parent: i (S) id, n (N) seq, b (N) branch                  |
 *
 * Reserved, not written yet: kc (claimed token), o (outbox), jn, r, jd (join), sm (start marks), pz (pause), cm
 * (commands), cv (code version), dz, dp (large state), gp, gs, lp, ls (index keys), ttl. Attributes that are not in
 * the table are ignored, so a newer version may add some.
 */

/** The key of an instance's item. */
export function itemKey(id: string): { readonly pk: AttributeValue; readonly sk: AttributeValue } {
  return { pk: { S: `i#${id}` }, sk: { S: "a" } };
}

/** The whole item of a head. */
export function encodeInstanceItem(head: InstanceHead): Record<string, AttributeValue> {
  return {
    ...itemKey(head.id),
    wf: { S: head.workflow },
    sid: { S: head.startId },
    c: encodeNumber(head.createdAt),
    ...encodeMutableHead(head),
    d: encodeEntries(head.state),
    ...(head.parent === undefined ? {} : { p: encodeParent(head.parent) }),
  };
}

/** Attributes of those fields that are given. */
export function encodeMutableHead(fields: Partial<MutableHead>): Record<string, AttributeValue> {
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
  ];
  const given: Record<string, AttributeValue> = {};
  for (const [name, value] of attributes) if (value !== undefined) given[name] = value;
  return given;
}

/** State as the value of `d`. */
export function encodeEntries(entries: StateEntries): AttributeValue {
  return { M: Object.fromEntries([...entries].map(([key, json]) => [encodeStateKey(key), { S: json }])) };
}

/** @throws PortError `corrupt` naming instance and attribute. */
export function decodeInstanceItem(item: Item): InstanceHead {
  const key = item.pk?.S ?? "";
  const id = key.replace(/^i#/, "");
  const read = itemReader(item, id);
  if (!key.startsWith("i#")) throw read.fail("pk", "the key of an instance");
  const previousStep = read.optionalText("pst");
  const totalTime = read.optionalNumber("tt");
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
    ...(previousStep === undefined ? {} : { previousStep }),
    visit: read.number("v"),
    attempt: read.number("a"),
    readyAt: read.number("at"),
    transactionId: read.text("x"),
    updatedAt: read.number("u"),
    state: decodeEntries(read),
    patchVersion: read.number("pv"),
    stepCounts: read.parsed("sc", unpackStepCounts),
    history: read.parsed("h", unpackHistory),
    ...(totalTime === undefined ? {} : { totalTime }),
    ...(item.e === undefined ? {} : { error: read.parsed("e", unpackError) }),
    ...(item.p === undefined ? {} : { parent: decodeParent(read) }),
  };
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
