import { randomUUID } from "node:crypto";
import { type HeadCondition, type InstanceHead, isCodedError, type ListGroup } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import type { IndexUnderTest } from "./index-under-test.ts";
import { sampleHead, stored } from "./sample-head.ts";

/** The index follows its table within this, milliseconds. */
const settled = { timeout: 10_000 };

const always: HeadCondition = { statusIn: ["runnable"] };

/** What the list index promises. */
export function indexLists(world: () => IndexUnderTest): void {
  const put = (workflow: string, createdAt: number, id = sampleHead().id): Promise<InstanceHead> =>
    stored(world().store, sampleHead({ id, workflow, createdAt }));
  const listed = async (workflow: string, group: ListGroup = "active"): Promise<readonly string[]> =>
    (await world().index.list({ workflow, group, limit: 100 })).ids;

  test("a created instance is active, the newest first", async () => {
    const workflow = someWorkflow();
    const times = [1_767_225_600_000, 999, 1_767_225_600_001, 1_000];
    const heads = await Promise.all(times.map((time) => put(workflow, time)));
    const expected = [2, 0, 3, 1].map((index) => heads[index]?.id);
    await expect.poll(() => listed(workflow), settled).toEqual(expected);
    expect(await listed(workflow, "completed")).toEqual([]);
  });

  test.each(["completed", "failed"] as const)("an instance that is stored as %s is listed there", async (status) => {
    const workflow = someWorkflow();
    const head = await stored(world().store, sampleHead({ workflow, status }));
    await expect.poll(() => listed(workflow, status), settled).toEqual([head.id]);
    expect(await listed(workflow)).toEqual([]);
  });

  test("a workflow without instances has an empty page", async () => {
    expect(await world().index.list({ workflow: someWorkflow(), group: "active", limit: 1 })).toEqual({ ids: [] });
  });

  test("workflows whose names hold separators are kept apart", async () => {
    const name = someWorkflow();
    const names = [name, `${name}#A`, `${name}%23A`, `${name}#`, `${name}#A#A`, `#${name}`, `${name} é/:"`];
    const heads = await Promise.all(names.map((workflow) => put(workflow, 5)));
    const lists = async () => await Promise.all(names.map((workflow) => listed(workflow)));
    await expect.poll(lists, settled).toEqual(heads.map(({ id }) => [id]));
  });

  listChanges(world, put, listed);

  describe("pages", () => {
    listPages(world, put);
    malformedCursors(world);
    pageSizes(world);
  });
}

function listChanges(
  world: () => IndexUnderTest,
  put: (workflow: string, createdAt: number, id?: string) => Promise<InstanceHead>,
  listed: (workflow: string, group?: ListGroup) => Promise<readonly string[]>,
): void {
  test.each(["completed", "failed", "cancelled"] as const)(
    "`listed` moves an instance to %s and back",
    async (group) => {
      const workflow = someWorkflow();
      const { createdAt, id } = await put(workflow, 5);
      await world().store.update(id, { set: { seq: 4 }, listed: { workflow, group, createdAt } }, always);
      await expect.poll(() => listed(workflow, group), settled).toEqual([id]);
      await expect.poll(() => listed(workflow), settled).toEqual([]);
      await world().store.update(id, { set: {}, listed: { workflow, group: "active", createdAt } }, always);
      await expect.poll(() => listed(workflow), settled).toEqual([id]);
      await expect.poll(() => listed(workflow, group), settled).toEqual([]);
    },
  );

  test("a refused write, and one that does not name the place, leave the instance where it is", async () => {
    const workflow = someWorkflow();
    const head = await put(workflow, 5);
    const move = { workflow, group: "failed", createdAt: 5 } as const;
    await world().store.update(head.id, { set: {}, listed: move }, { ...always, seq: 99 });
    await world().store.update(head.id, { set: { status: "completed" } }, always);
    await world().store.create({ ...head, workflow: someWorkflow() });
    await expect.poll(() => listed(workflow), settled).toEqual([head.id]);
    expect(await listed(workflow, "failed")).toEqual([]);
  });

  test("a branch's own record is never listed", async () => {
    const workflow = someWorkflow();
    const { id } = await put(workflow, 5);
    const record = await put(workflow, 6, `${id}/3/0`);
    await world().store.update(record.id, { set: {}, listed: { workflow, group: "failed", createdAt: 6 } }, always);
    await expect.poll(() => listed(workflow), settled).toEqual([id]);
    expect(await listed(workflow, "failed")).toEqual([]);
  });
}

function listPages(
  world: () => IndexUnderTest,
  put: (workflow: string, createdAt: number) => Promise<InstanceHead>,
): void {
  /** The ids of every page; a list that does not end is cut. */
  const pages = async (workflow: string, limit: number): Promise<readonly (readonly string[])[]> => {
    const found: (readonly string[])[] = [];
    for (let cursor: string | undefined; found.length < 20;) {
      const page = await world().index.list({ workflow, group: "active", limit, ...(cursor && { cursor }) });
      found.push(page.ids);
      cursor = page.cursor;
      if (cursor === undefined) break;
    }
    return found;
  };

  test.each([
    { count: 7, limit: 3, sizes: [3, 3, 1] },
    { count: 6, limit: 3, sizes: [3, 3] },
    { count: 3, limit: 100, sizes: [3] },
    { count: 3, limit: 1, sizes: [1, 1, 1] },
  ])("$count instances in pages of $limit are $sizes", async ({ count, limit, sizes }) => {
    const workflow = someWorkflow();
    // Half of them have their neighbour's time.
    const heads = await Promise.all(Array.from({ length: count }, (_, index) => put(workflow, 1_000 - (index >> 1))));
    const expected = heads.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)).map(({ id }) => id);
    await expect.poll(async () => (await pages(workflow, limit)).flat(), settled).toEqual(expected);
    expect((await pages(workflow, limit)).map(({ length }) => length)).toEqual(sizes);
  });

  test("a cursor goes on where its page ended, whatever has come and gone since", async () => {
    const workflow = someWorkflow();
    const heads = await Promise.all(Array.from({ length: 5 }, (_, index) => put(workflow, 1_000 - index)));
    const ids = heads.map(({ id }) => id);
    const query = { workflow, group: "active", limit: 2 } as const;
    await expect.poll(async () => (await pages(workflow, 2)).flat(), settled).toEqual(ids);
    const { cursor = "" } = await world().index.list(query);
    await put(workflow, 2_000);
    const move = { workflow, group: "completed", createdAt: 999 } as const;
    await world().store.update(ids[1] ?? "", { set: {}, listed: move }, always);
    await expect.poll(async () => (await pages(workflow, 2)).flat().length, settled).toBe(5);
    expect((await world().index.list({ ...query, cursor })).ids).toEqual(ids.slice(2, 4));
  });

  test("a cursor of another list shows nothing that was not asked for", async () => {
    const [one, other] = [someWorkflow(), someWorkflow()];
    await Promise.all([put(one, 10), put(one, 9)]);
    const older = await put(other, 5);
    await expect.poll(async () => (await pages(one, 1)).length, settled).toBe(2);
    await expect.poll(async () => (await pages(other, 1)).flat(), settled).toEqual([older.id]);
    const { cursor = "" } = await world().index.list({ workflow: one, group: "active", limit: 1 });
    expect(await world().index.list({ workflow: other, group: "active", limit: 5, cursor })).toEqual({
      ids: [older.id],
    });
  });
}

function malformedCursors(world: () => IndexUnderTest): void {
  const malformed = {
    "no text": "",
    "a letter": "x",
    "no letters": "!!!",
    "a key": "i#order-1",
    JSON: '{"pk":{"S":"i#a"}}',
    "a short time": Buffer.from("5#order").toString("base64url"),
    "5,000 letters": "A".repeat(5_000),
  };

  test.each(Object.entries(malformed))("a malformed cursor of %s rejects with invalid", async (_, cursor) => {
    const query = { workflow: someWorkflow(), group: "active", limit: 2, cursor } as const;
    await expect(world().index.list(query)).rejects.toSatisfy(
      (error) => isCodedError(error) && error.code === "invalid",
    );
  });
}

function pageSizes(world: () => IndexUnderTest): void {
  test.each([0, -1, 1.5, 101])("a page of %d rejects with invalid", async (limit) => {
    const query = { workflow: someWorkflow(), group: "active", limit } as const;
    await expect(world().index.list(query)).rejects.toSatisfy(
      (error) => isCodedError(error) && error.code === "invalid",
    );
  });
}

function someWorkflow(): string {
  return `workflow-${randomUUID()}`;
}
