import { expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { type Connection, Datastore } from "../../src/index.ts";
import { appWorld, type AppWorld, refusalOf } from "../support/app-world.ts";

/** An app with a workflow whose instances wait, and a route that does what the test says. */
function reviewing(): { readonly world: AppWorld; do(task: (data: Connection) => unknown): Promise<unknown> } {
  const app = createApp();
  const reviews = app.createWorkflow(
    "review",
    "Waits for a decision",
    {
      begin: async (state: { title: string; status?: string }, goto) => goto("decide", { ...state, status: "open" }),
      decide: async (_state, _goto, wait) => wait({}),
    },
    { collectionName: "reviews" },
  );
  let task: (data: Connection) => unknown = () => null;
  app.post("/reviews", async (req, res) => res.json(await reviews.start(req.body)));
  app.post("/task", async (_req, res) => void res.json((await task(await Datastore.open())) ?? null));
  const world = appWorld(app.init());
  return {
    world,
    do: async (given) => {
      task = given;
      const answer = await world.ask("POST", "/task");
      return answer.status === 200 ? answer.body : refusalOf(answer);
    },
  };
}

test("instances are documents of their workflow's collection", async () => {
  const app = reviewing();
  for (const title of ["one", "two", "three"]) {
    await app.world.ask("POST", "/reviews", { _id: title, title });
  }
  await app.world.run();
  const one = { _id: "one", title: "one", status: "open", nextStep: "decide", workflowName: "review" };
  expect(await app.do((data) => data.getOne("reviews", "one"))).toMatchObject(one);
  expect(await app.do((data) => data.findOneOrNull("reviews", "none"))).toBeNull();
  expect(await app.do((data) => data.findOne("reviews", { title: "two", nextStep: "decide" }))).toMatchObject({
    _id: "two",
  });
  expect(
    await app.do((data) => data.getArray("reviews", { title: { $gt: "one" } }, { sort: { title: -1 }, limit: 1 })),
  ).toMatchObject([{ _id: "two" }]);
  expect(await app.do((data) => data.count("reviews", { status: "open" }))).toEqual({ count: 3 });
  expect(await app.do((data) => data.collection("reviews").find().sort({ _id: 1 }).toArray())).toMatchObject(
    ["one", "three", "two"].map((_id) => ({ _id })),
  );
  expect(await app.do((data) => data.count("others"))).toEqual({ count: 0 });
});

test("writes to them are refused with what to use instead", async () => {
  const app = reviewing();
  await app.world.ask("POST", "/reviews", { _id: "one", title: "one" });
  const writes: readonly ((data: Connection) => unknown)[] = [
    (data) => data.insertOne("reviews", { title: "x" }),
    (data) => data.updateOne("reviews", "one", { $set: { title: "x" } }),
    (data) => data.updateMany("reviews", {}, { title: "x" }),
    (data) => data.replaceOne("reviews", "one", { title: "x" }),
    (data) => data.removeOne("reviews", "one"),
    (data) => data.removeMany("reviews", {}),
    (data) => data.createIndex("reviews", ["title"]),
    (data) => data.setSchema("reviews", {}),
  ];
  for (const write of writes) expect(await app.do(write)).toBe("409 workflow-document");
  expect(await app.do((data) => data.getOne("reviews", "one"))).toMatchObject({ title: "one" });
});
