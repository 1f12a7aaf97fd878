import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmulatedTasks, emulatedTasks } from "./emulated-tasks.ts";

let stack: EmulatedTasks;
beforeAll(async () => {
  stack = await emulatedTasks();
});
afterAll(() => stack.dispose());

test("documents that come and change while their field is being declared are found by it", async () => {
  const writer = stack.process();
  const declarer = stack.process();
  await writer.run((data) => data.insertOne("t", { _id: "first", state: "old" }));
  const progress = { declared: false };
  const declare = async (): Promise<void> => {
    await declarer.run((data) => data.createIndex("t", ["state"]));
    progress.declared = true;
  };
  const declaring = declare();
  let written = 0;
  // Writing goes on for a while after: a writer that has not heard of the field would show then.
  for (let after = 0; after < 100; written++) {
    if (progress.declared) after += 1;
    const id = `n${written}`;
    await writer.run((data) => data.insertOne("t", { _id: id, state: `s${written % 7}` }));
    if (written % 3 === 0) await writer.run((data) => data.updateOne("t", id, { $set: { state: "changed" } }));
  }
  await declaring;
  const states = ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "changed", "old"];
  const { all, found, plan } = await stack.process().run(async (data) => ({
    all: await data.getArray("t", {}),
    found: await Promise.all(states.map((state) => data.count("t", { state }))),
    plan: await data.explain("t", { state: "s1" }),
  }));
  expect(plan).toMatchObject({ plan: "field", scans: false });
  expect(all).toHaveLength(written + 1);
  expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(written + 1);
}, 60_000);

test("a document or a value of more than 400 KB is refused with 413 and changes nothing", async () => {
  const { refusal, run } = stack.process();
  await run((data) => data.insertOne("large", { _id: "a", n: 1 }));
  const text = "x".repeat(450_000);
  expect(await refusal((data) => data.insertOne("large", { text }))).toBe("413 document-too-large");
  expect(await refusal((data) => data.updateOne("large", "a", { $set: { text } }))).toBe("413 document-too-large");
  expect(await refusal((data) => data.set("large", text))).toBe("413 document-too-large");
  expect(await run((data) => data.getArray("large"))).toEqual([{ _id: "a", n: 1 }]);
});
