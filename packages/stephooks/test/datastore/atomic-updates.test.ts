import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmulatedTasks, emulatedTasks } from "./emulated-tasks.ts";
import type { TaskRunner } from "./task-app.ts";

let stack: EmulatedTasks;
let processes: readonly TaskRunner[];
beforeAll(async () => {
  stack = await emulatedTasks();
  processes = Array.from({ length: 4 }, () => stack.process());
});
afterAll(() => stack.dispose());

/** Runs a task 64 times at once, in four processes. */
async function at64<Result>(task: (index: number) => Parameters<TaskRunner["run"]>[0]): Promise<readonly Result[]> {
  const all = Array.from({ length: 64 }, async (_, index) => processes[index % processes.length]?.run(task(index)));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the task answers
  return (await Promise.all(all)) as Result[];
}

const reader = (): TaskRunner => {
  const [first] = processes;
  if (first === undefined) throw new TypeError("no process");
  return first;
};

describe("64 at once, in four processes", () => {
  test("no $inc and no $push is lost", async () => {
    const { _id } = await reader().run((data) => data.insertOne("counts", { n: 0, list: [] }));
    await at64((index) => (data) => data.updateOne("counts", String(_id), { $inc: { n: 1 }, $push: { list: index } }));
    const stored = await reader().run((data) => data.getOne("counts", String(_id)));
    expect(stored["n"]).toBe(64);
    expect(stored["list"].toSorted((a: number, b: number) => a - b)).toEqual(Array.from({ length: 64 }, (_, n) => n));
  });

  test("an upsert by id inserts once and counts every call", async () => {
    await at64(() => (data) => data.updateOne("counts", { _id: "upserted" }, { $inc: { n: 1 } }, { upsert: true }));
    expect(await reader().run((data) => data.getOne("counts", "upserted"))).toEqual({ _id: "upserted", n: 64 });
  });

  test("a guard in the query lets one through", async () => {
    await reader().run((data) => data.insertOne("mails", { _id: "m", sent: [] }));
    const results = await at64<string>(
      () => (data) =>
        data.updateOne("mails", { _id: "m", sent: { $nin: [1] } }, { $push: { sent: 1 } }).then(
          () => "sent",
          (error: { readonly code: string }) => error.code,
        ),
    );
    expect(results.filter((result) => result === "sent")).toHaveLength(1);
    expect(new Set(results)).toEqual(new Set(["sent", "not-found"]));
    expect(await reader().run((data) => data.getOne("mails", "m"))).toEqual({ _id: "m", sent: [1] });
  });

  test("a claim by query gives each document to one", async () => {
    const names = Array.from({ length: 64 }, (_, index) => `job-${String(index).padStart(2, "0")}`);
    await reader().run((data) =>
      data.insertMany(
        "jobs",
        names.map((_id) => ({ _id, state: "open" })),
      ),
    );
    const claims = await at64<{ _id: string }>(
      (index) => (data) => data.updateOne("jobs", { state: "open" }, { $set: { state: "taken", by: index } }),
    );
    expect(claims.map(({ _id }) => _id).toSorted()).toEqual(names);
    expect(await reader().run((data) => data.count("jobs", { state: "open" }))).toEqual({ count: 0 });
  }, 90_000);

  test("one insert of an id succeeds", async () => {
    const results = await at64<string>(
      (index) => (data) =>
        data.insertOne("ids", { _id: "same", index }).then(
          () => "stored",
          (error: { readonly code: string }) => error.code,
        ),
    );
    expect(results.toSorted()).toEqual([...Array.from({ length: 63 }, () => "duplicate-id"), "stored"]);
  });

  test("no incr is lost", async () => {
    const sums = await at64<number>(() => (data) => data.incr("hits", 1, { ttl: 60_000 }));
    expect(sums.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, index) => index + 1));
  });
});
