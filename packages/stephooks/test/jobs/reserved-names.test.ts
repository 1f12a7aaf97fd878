import { describe, expect, test } from "vitest";
import { sender, type Task } from "./sender.ts";

describe("names that begin with _stephooks", () => {
  test.for<[string, Task]>([
    ["insertOne", (data) => data.insertOne("_stephooks", { _id: "deployment:x" })],
    ["getMany", (data) => data.getMany("_stephooks").toArray()],
    ["removeMany", (data) => data.removeMany("_stephooksOther", {})],
    ["enqueueFromQuery", (data) => data.enqueueFromQuery("_stephooks", {}, "t")],
    ["set", (data) => data.set("k", 1, { keyspace: "_stephooks_jobs" })],
    ["incr", (data) => data.incr("k", 1, { keyspace: "_stephooks_jobs" })],
    ["get", (data) => data.get("k", { keyspace: "_stephooks_jobs" })],
    ["del", (data) => data.del("k", { keyspace: "_stephooks_jobs" })],
    ["getAll", (data) => data.getAll("", { keyspace: "_stephooks_jobs" }).toArray()],
    ["delAll", (data) => data.delAll("", { keyspace: "_stephooks_jobs" })],
  ])("are refused by %s", async ([, task]) => {
    expect(await sender().refusal(task)).toBe("400 reserved-name");
  });

  test("are no others", async () => {
    const { run } = sender();
    await run((data) => data.insertOne("stephooks", { _id: "a" }));
    await run((data) => data.set("_stephooks", 1, { keyspace: "my_stephooks" }));
  });
});
