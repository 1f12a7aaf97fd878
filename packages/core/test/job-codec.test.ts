import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  assertJobSize,
  type DeadJob,
  deathKey,
  encodeDeadJob,
  encodeJob,
  type Job,
  jobKey,
  jobLane,
  type JsonValue,
  MAX_JOB_BYTES,
  parseDeadJob,
  parseJob,
} from "@stephooks/core";

/** Any UTF-16 unit, lone surrogates and the code points that no encoding has included. */
const unit = fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code));
const text = fc.oneof(fc.string({ unit }), fc.constantFrom("", "\ufffe\uffff", "\\\ufffe", "\ud800", "a\udc00b", "💳"));

/** As JSON brings it: no -0. */
const payload = fc.jsonValue({ stringUnit: unit }).map((value): JsonValue => JSON.parse(JSON.stringify(value)));
const anyJob: fc.Arbitrary<Job> = fc
  .record({ id: text, item: fc.option(text), topic: text, payload, createdAt: fc.maxSafeNat() })
  // Often the item is the id again.
  .map(({ item, ...job }) => ({ ...job, item: item ?? job.id }));
const anyDead: fc.Arbitrary<DeadJob> = fc.record({
  job: anyJob,
  attempts: fc.maxSafeNat(),
  code: text,
  reason: text,
  diedAt: fc.maxSafeNat(),
});

const wire = { v: 1, t: "mail", j: "j-1", c: 5, p: { to: "a" } };
const dead = { n: 3, e: "Error", r: "no", at: 9 };

describe("encode and parse", () => {
  test("parsing what was encoded gives the job back, for every job", () => {
    fc.assert(
      fc.property(anyJob, (job) => {
        expect(parseJob(encodeJob(job))).toEqual({ ok: true, job });
      }),
    );
  });

  test("parsing what was encoded gives the dead job back, and is the job to who reads jobs", () => {
    fc.assert(
      fc.property(anyDead, (sent) => {
        const body = encodeDeadJob(sent);
        expect(parseDeadJob(body)).toEqual(sent);
        expect(parseJob(body)).toEqual({ ok: true, job: sent.job });
      }),
    );
  });

  test("a body contains no code point that a queue refuses, for every job", () => {
    fc.assert(
      fc.property(anyDead, (sent) => {
        for (const body of [encodeJob(sent.job), encodeDeadJob(sent)]) {
          expect(body.isWellFormed()).toBe(true);
          expect(body).not.toMatch(/[\uD800-\uDFFF\uFFFE\uFFFF]/);
        }
      }),
    );
  });

  test("an item that is the id again costs nothing", () => {
    const job = { id: "j", item: "j", topic: "t", payload: null, createdAt: 1 };
    expect(encodeJob(job)).toBe('{"v":1,"t":"t","j":"j","c":1,"p":null}');
    expect(encodeJob({ ...job, item: "i" })).toBe('{"v":1,"t":"t","j":"j","d":"i","c":1,"p":null}');
  });

  test("a key named __proto__ in a payload is data", () => {
    const body = '{"v":1,"t":"t","j":"j","c":1,"p":{"__proto__":{"x":1}}}';
    const parsed = parseJob(body);
    expect(parsed.ok && Object.keys(Object(parsed.job.payload))).toEqual(["__proto__"]);
    expect("x" in {}).toBe(false);
    expect(parsed.ok && encodeJob(parsed.job)).toBe(body);
  });
});

describe("bodies that are not ours are refused with a reason, never with an exception", () => {
  test.each<readonly [string, unknown, RegExp]>([
    ["no object", [wire], /not a JSON object/],
    ["a text", "mail", /not a JSON object/],
    ["null", null, /not a JSON object/],
    ["no version", { ...wire, v: undefined }, /version/],
    ["a future version", { ...wire, v: 2 }, /version/],
    ["a version that cannot be printed", { ...wire, v: { toString: 0, valueOf: 0 } }, /version/],
    ["no topic", { ...wire, t: undefined }, /needs t, j, c and p/],
    ["a topic that is no text", { ...wire, t: 1 }, /needs t, j, c and p/],
    ["no id", { ...wire, j: null }, /needs t, j, c and p/],
    ["no time", { ...wire, c: "now" }, /needs t, j, c and p/],
    ["no payload", { ...wire, p: undefined }, /needs t, j, c and p/],
    ["an item that is no text", { ...wire, d: 7 }, /item in d/],
  ])("%s", (_what, given, reason) => {
    const body = JSON.stringify(given);
    expect(parseJob(body)).toEqual({ ok: false, reason: expect.stringMatching(reason) });
    expect(parseDeadJob(body)).toBeUndefined();
  });

  test.each<readonly [string, unknown]>([
    ["no end", undefined],
    ["an end that is no object", [dead]],
    ["no attempts", { ...dead, n: undefined }],
    ["attempts that are no number", { ...dead, n: "3" }],
    ["no code", { ...dead, e: null }],
    ["no reason", { ...dead, r: 1 }],
    ["no time", { ...dead, at: "now" }],
  ])("a dead job with %s", (_what, given) => {
    expect(parseDeadJob(JSON.stringify({ ...wire, dead: given }))).toBeUndefined();
    expect(parseDeadJob(JSON.stringify({ ...wire, dead }))).toBeDefined();
  });

  test.each(["", "{", '{"v":1', "[".repeat(200_000), `{"v":1,"t":"t","j":"j","c":1,"p":${"[".repeat(200_000)}`])(
    "text that is not JSON",
    (body) => {
      expect(parseJob(body)).toEqual({ ok: false, reason: expect.stringMatching(/not JSON/) });
      expect(parseDeadJob(body)).toBeUndefined();
    },
  );

  test("a payload nested deeper than the stack", () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    const body = JSON.stringify({ ...wire, p: "DEEP", dead }).replace('"DEEP"', deep);
    expect(() => [parseJob(body), parseDeadJob(body)]).not.toThrow();
  });

  test("any text, any JSON, any object with our keys", () => {
    const ours = fc.dictionary(fc.constantFrom(..."v t j d c p dead".split(" ")), fc.jsonValue());
    const ends = fc.dictionary(fc.constantFrom(..."n e r at".split(" ")), fc.jsonValue());
    const body = fc.oneof(
      fc.string({ unit }),
      fc.json(),
      fc.tuple(ours, ends).map(([given, end]) => JSON.stringify({ ...given, v: 1, dead: end })),
      fc.tuple(ours, ends).map(([given, end]) => JSON.stringify({ ...wire, ...given, dead: { ...dead, ...end } })),
    );
    fc.assert(
      fc.property(body, (given) => {
        const parsed = parseJob(given);
        if (parsed.ok) expect(parseJob(encodeJob(parsed.job))).toEqual(parsed);
        else expect(parsed.reason).not.toBe("");
        const end = parseDeadJob(given);
        if (end !== undefined) expect(parsed).toEqual({ ok: true, job: end.job });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("a job's key and lane", () => {
  test("are legal names for any text, and always the same", () => {
    fc.assert(
      fc.property(anyJob, fc.nat({ max: 1_000_000 }), (job, slot) => {
        expect(jobKey(job)).toMatch(/^[0-9a-f]{64}$/);
        expect(jobLane(job.topic, slot)).toMatch(/^[0-9a-f]{40}\.\d+$/);
        expect([jobKey({ ...job }), jobLane(job.topic, slot)]).toEqual([jobKey(job), jobLane(job.topic, slot)]);
      }),
    );
  });

  test("are different for different jobs, whatever characters they are of", () => {
    fc.assert(
      fc.property(anyJob, anyJob, (one, other) => {
        const isSame = one.topic === other.topic && one.id === other.id && one.item === other.item;
        expect(jobKey(one) === jobKey(other)).toBe(isSame);
        expect(jobLane(one.topic, 0) === jobLane(other.topic, 0)).toBe(one.topic === other.topic);
      }),
    );
    const names = ["\ud800", "\ud801", "\ufffd", "a", "a.0", "a,b"];
    expect(new Set(names.map((topic) => jobLane(topic, 0))).size).toBe(names.length);
    expect(new Set(names.map((id) => jobKey({ id, item: "i", topic: "t" }))).size).toBe(names.length);
  });

  test("and the key of its death are legal, too", () => {
    const longest = { attempts: Number.MIN_VALUE, diedAt: -Number.MAX_VALUE, code: "", reason: "" };
    fc.assert(
      fc.property(anyJob, (job) => {
        expect(deathKey({ ...longest, job })).toMatch(/^[\w.+-]{1,128}$/);
      }),
    );
  });

  test("cannot be moved from one part of a job to the next", () => {
    const parts = [
      { topic: "a", id: "b", item: "c" },
      { topic: "ab", id: "", item: "c" },
      { topic: "a", id: "bc", item: "" },
      { topic: 'a","b', id: "", item: "c" },
      { topic: "b", id: "a", item: "c" },
    ];
    expect(new Set(parts.map(jobKey)).size).toBe(parts.length);
  });
});

describe("sizes", () => {
  const largest = (): Job => {
    const job = { id: "j", item: "j", topic: "t", payload: "", createdAt: 1 };
    return { ...job, payload: "x".repeat(MAX_JOB_BYTES - encodeJob(job).length) };
  };

  test("are counted in bytes, up to the largest", () => {
    expect(assertJobSize("é")).toBe(2);
    expect(assertJobSize(encodeJob(largest()))).toBe(MAX_JOB_BYTES);
    expect(() => assertJobSize(`${encodeJob(largest())} `)).toThrow(expect.objectContaining({ code: "too-large" }));
  });

  test("of a dead job never exceed 1 MiB when its job is a legal one, whatever killed it", () => {
    const job = largest();
    const long = fc.tuple(text, fc.nat({ max: 20_000 })).map(([part, times]) => part.repeat(times));
    fc.assert(
      fc.property(long, long, (code, reason) => {
        const sent = { job, attempts: Number.MAX_VALUE, code, reason, diedAt: -Number.MAX_VALUE };
        const body = encodeDeadJob(sent);
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(1_048_576);
        const kept = parseDeadJob(body);
        expect(reason.startsWith(kept?.reason ?? "?")).toBe(true);
        expect(code.startsWith(kept?.code ?? "?")).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
