import type { AwsClients } from "@stephooks/aws";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EmulatedTasks, emulatedTasks } from "./emulated-tasks.ts";

let stack: EmulatedTasks;
beforeAll(async () => {
  stack = await emulatedTasks();
});
afterAll(() => stack.dispose());

/** The next calls of a command take effect and their answers are lost, as by a broken connection. */
function loseAnswers({ dynamodb }: AwsClients, command: string, times: number, between?: () => Promise<unknown>): void {
  let left = times;
  dynamodb.middlewareStack.add(
    (next, context) => async (args) => {
      const answered = await next(args);
      if (context.commandName !== command || left === 0) return answered;
      left -= 1;
      await between?.();
      throw Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET" });
    },
    { step: "deserialize", priority: "high" },
  );
}

test("a write whose answer was lost is repeated by the SDK and applied once", async () => {
  const { clients, run } = stack.process();
  await run((data) => data.insertOne("d", { _id: "a", n: 0 }));
  loseAnswers(clients, "PutItemCommand", 1);
  expect(await run((data) => data.updateOne("d", "a", { $inc: { n: 1 } }))).toEqual({ _id: "a", n: 1 });
  expect(await run((data) => data.getOne("d", "a"))).toEqual({ _id: "a", n: 1 });
});

test("it is applied once also when another write came in between", async () => {
  const other = stack.process();
  const { clients, run } = stack.process();
  await run((data) => data.insertOne("d", { _id: "b", n: 0 }));
  loseAnswers(clients, "PutItemCommand", 1, () => other.run((data) => data.updateOne("d", "b", { $inc: { n: 10 } })));
  await run((data) => data.updateOne("d", "b", { $inc: { n: 1 } }));
  expect(await run((data) => data.getOne("d", "b"))).toEqual({ _id: "b", n: 11 });
});

test("when nobody can tell any more, the caller is told so", async () => {
  const other = stack.process();
  const { clients, run } = stack.process();
  await run((data) => data.insertOne("d", { _id: "c", n: 0 }));
  loseAnswers(clients, "PutItemCommand", 1, async () => {
    for (let count = 0; count < 12; count++) await other.run((data) => data.updateOne("d", "c", { $inc: { n: 10 } }));
  });
  await expect(run((data) => data.updateOne("d", "c", { $inc: { n: 1 } }))).rejects.toMatchObject({
    code: "unavailable",
  });
  expect(await run((data) => data.getOne("d", "c"))).toEqual({ _id: "c", n: 121 });
});

test("an insert whose answer was lost succeeds; a removal was applied and says that it may have been", async () => {
  const { clients, run } = stack.process();
  await run((data) => data.count("e"));
  loseAnswers(clients, "PutItemCommand", 1);
  expect(await run((data) => data.insertOne("e", { _id: "a" }))).toEqual({ _id: "a" });
  loseAnswers(clients, "DeleteItemCommand", 1);
  await expect(run((data) => data.removeOne("e", "a"))).rejects.toMatchObject({ code: "unavailable" });
  expect(await run((data) => data.findOneOrNull("e", "a"))).toBeNull();
});

test("a count whose answer was lost is not repeated: it fails, and counted once", async () => {
  const { clients, run } = stack.process();
  await run((data) => data.set("hits", 5));
  loseAnswers(clients, "UpdateItemCommand", 1);
  await expect(run((data) => data.incr("hits", 1))).rejects.toMatchObject({ code: "timeout" });
  expect(await run((data) => data.get("hits"))).toBe(6);
  expect(await run((data) => data.incr("hits", 1))).toBe(7);
});

test("a value whose answer was lost is set once: what others counted on top of it stays", async () => {
  const other = stack.process();
  const { clients, run } = stack.process();
  loseAnswers(clients, "PutItemCommand", 1, () => other.run((data) => data.incr("stock", 1)));
  expect(await run((data) => data.set("stock", 10))).toBe(10);
  expect(await run((data) => data.get("stock"))).toBe(11);
});

test("a value that is taken while the answer is lost is not said to have been nothing", async () => {
  const { clients, run } = stack.process();
  await run((data) => data.set("ticket", "mine"));
  loseAnswers(clients, "DeleteItemCommand", 1);
  await expect(run((data) => data.del("ticket"))).rejects.toMatchObject({ code: "timeout" });
  expect(await run((data) => data.del("ticket"))).toBeNull();
});
