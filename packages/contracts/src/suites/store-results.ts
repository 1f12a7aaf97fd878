import {
  type BranchResult,
  type HeadCondition,
  type HeadUpdate,
  type InstanceHead,
  type InstanceStore,
  isCodedError,
  type WriteResult,
} from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { oddKeys } from "./odd-text.ts";
import { everyResult, readHead, sampleHead, stored } from "./sample-head.ts";

type NextResult = Extract<BranchResult, { readonly kind: "next" }>;

const BRANCHES = 20;

const joining: HeadCondition = { statusIn: ["joining"] };

/** What recording branch results promises. */
export function storeResults(store: () => InstanceStore): void {
  const record = (id: string, branch: number, value: BranchResult = resultOf(branch)): Promise<WriteResult> =>
    store().update(id, { set: {}, result: { branch, value } }, { ...joining, seq: 3, openBranch: branch });

  test("the first result of a branch is recorded, and the answer is the head after the write", async () => {
    const head = await stored(store(), joiningHead());
    const after = { ...head, results: new Map([[2, resultOf(2)]]) };
    expect(await record(head.id, 2)).toStrictEqual({ ok: true, stored: after });
    expect(await readHead(store(), head.id)).toStrictEqual(after);
  });

  test("a second result of a branch is refused with the head as it is", async () => {
    const head = await stored(store(), joiningHead());
    await record(head.id, 2);
    const after = { ...head, results: new Map([[2, resultOf(2)]]) };
    expect(await record(head.id, 2, resultOf(7))).toStrictEqual({ ok: false, current: after });
    expect(await readHead(store(), head.id)).toStrictEqual(after);
  });

  test("results of every form stand side by side", async () => {
    const head = await stored(store(), joiningHead());
    for (const [branch, value] of everyResult) await record(head.id, branch, value);
    expect((await readHead(store(), head.id))?.results).toStrictEqual(everyResult);
  });

  describe("branches that report at once", () => {
    test("are all recorded, each sees those before it, and exactly one sees all of them", async () => {
      const head = await stored(store(), joiningHead());
      const branches = Array.from({ length: BRANCHES }, (_, branch) => branch);
      const answers = await Promise.all(branches.map((branch) => record(head.id, branch)));
      const all = new Map(branches.map((branch) => [branch, resultOf(branch)]));
      expect((await readHead(store(), head.id))?.results).toStrictEqual(all);
      const seen = answers.map((answer) => (answer.ok ? answer.stored?.results?.size : undefined));
      expect(seen.toSorted((a = 0, b = 0) => a - b)).toEqual(branches.map((branch) => branch + 1));
      expect(answers.find((_, index) => seen[index] === BRANCHES)).toMatchObject({ stored: { results: all } });
    });

    test("with several results of one branch record one, and the others are shown it", async () => {
      const head = await stored(store(), joiningHead());
      const values = Array.from({ length: BRANCHES }, (_, index) => resultOf(index));
      const answers = await Promise.all(values.map((value) => record(head.id, 0, value)));
      const winners = values.filter((_, index) => answers[index]?.ok === true);
      expect(winners).toHaveLength(1);
      const current = await readHead(store(), head.id);
      expect(current?.results).toStrictEqual(new Map(winners.map((value) => [0, value])));
      expect(answers.filter(({ ok }) => !ok)).toStrictEqual(values.slice(1).map(() => ({ ok: false, current })));
    });
  });

  resultsAmongOthers(store);
  openBranches(store, record);
}

/** Results beside the other parts of an update. */
function resultsAmongOthers(store: () => InstanceStore): void {
  test("an answer with a result holds every other change of its write", async () => {
    const head = await stored(store(), sampleHead({ ...joiningHead(), error: { ...failure, step: "a" } }));
    const update: HeadUpdate = {
      set: { updatedAt: 7, transactionId: "mine" },
      clear: ["error"],
      state: { kind: "keys", set: new Map([["#r", "1"]]), remove: ["total"] },
      result: { branch: 1, value: resultOf(1) },
    };
    const { error: _cleared, ...rest } = head;
    const after = { ...rest, ...update.set, state: new Map([["#r", "1"]]), results: new Map([[1, resultOf(1)]]) };
    expect(await store().update(head.id, update, joining)).toStrictEqual({ ok: true, stored: after });
    expect(await readHead(store(), head.id)).toStrictEqual(after);
  });

  test.each(Object.entries(oddKeys))("a result with a changed key of %s is kept", async (_, key) => {
    const head = await stored(store(), joiningHead());
    const value: BranchResult = { ...resultOf(0), set: Object.fromEntries([[key, '"x"']]), remove: [key] };
    const answer = await store().update(head.id, { set: {}, result: { branch: 0, value } }, joining);
    const kept = answer.ok ? answer.stored?.results?.get(0) : undefined;
    // Entries are compared: a comparison of objects takes an own `constructor` for the class.
    expect(kept?.kind === "next" && [Object.entries(kept.set), kept.remove]).toEqual([[[key, '"x"']], [key]]);
  });

  test("a fan-out begins with no results, also after another one", async () => {
    const head = await stored(store(), sampleHead({ ...joiningHead(), results: everyResult }));
    const again = { join: { seq: 4, steps: ["c"], tolerated: 0, settleAll: false }, results: new Map() };
    expect(await store().update(head.id, { set: again }, joining)).toEqual({ ok: true });
    expect(await readHead(store(), head.id)).toStrictEqual({ ...head, ...again });
  });
}

/** Conditions on branches. */
function openBranches(store: () => InstanceStore, record: (id: string, branch: number) => Promise<WriteResult>): void {
  test("a branch is open until its own result is recorded", async () => {
    const head = await stored(store(), joiningHead());
    await record(head.id, 1);
    const ask = (openBranch: number): Promise<WriteResult> =>
      store().update(head.id, { set: { attempt: 2 } }, { ...joining, openBranch });
    expect(await ask(10)).toEqual({ ok: true });
    expect(await ask(0)).toEqual({ ok: true });
    expect(await ask(1)).toMatchObject({ ok: false, current: { id: head.id } });
  });

  test("a result can depend on another branch than its own", async () => {
    const head = await stored(store(), joiningHead());
    const update = { set: {}, result: { branch: 1, value: resultOf(1) } };
    expect(await store().update(head.id, update, { ...joining, openBranch: 2 })).toMatchObject({ ok: true });
    expect(await store().update(head.id, update, { ...joining, openBranch: 1 })).toMatchObject({ ok: false });
  });

  test("an instance without a fan-out has no open branch", async () => {
    const head = await stored(store(), sampleHead({ status: "joining" }));
    expect(await record(head.id, 0)).toStrictEqual({ ok: false, current: head });
    expect(await readHead(store(), head.id)).toStrictEqual(head);
  });

  test("a result of an instance without a fan-out rejects with invalid when nothing asks for one", async () => {
    const head = await stored(store(), sampleHead({ status: "joining" }));
    const update = { set: {}, result: { branch: 0, value: resultOf(0) } };
    await expect(store().update(head.id, update, joining)).rejects.toSatisfy(isInvalid);
    expect(await readHead(store(), head.id)).toStrictEqual(head);
  });

  test("a result beside other results, or beside their end, rejects with invalid and changes nothing", async () => {
    const head = await stored(store(), joiningHead());
    const result = { branch: 0, value: resultOf(0) };
    await expect(store().update(head.id, { set: { results: new Map() }, result }, joining)).rejects.toSatisfy(
      isInvalid,
    );
    const cleared = { set: {}, clear: ["results"], result } as const;
    await expect(store().update(head.id, cleared, joining)).rejects.toSatisfy(isInvalid);
    expect(await readHead(store(), head.id)).toStrictEqual(head);
  });

  test("a result of an older fan-out is refused", async () => {
    const head = await stored(store(), joiningHead());
    const update = { set: {}, result: { branch: 0, value: resultOf(0) } };
    const result = await store().update(head.id, update, { ...joining, seq: 2, openBranch: 0 });
    expect(result).toStrictEqual({ ok: false, current: head });
  });
}

function isInvalid(error: unknown): boolean {
  return isCodedError(error) && error.code === "invalid";
}

const failure = { name: "Error", message: "", step: "a", attempt: 1, at: 5 };

function joiningHead(): InstanceHead {
  const steps = Array.from({ length: BRANCHES }, (_, branch) => `step-${branch}`);
  return sampleHead({
    status: "joining",
    join: { seq: 3, steps, tolerated: 0, settleAll: false },
    results: new Map(),
  });
}

function resultOf(branch: number): NextResult {
  const set = { [`key-${branch}`]: String(branch) };
  return { kind: "next", next: "after", set, remove: [], startedAt: branch, duration: 1 };
}
