import type { Interceptor } from "@stephooks/contracts";
import { parseJob } from "@stephooks/core";
import { expect } from "vitest";
import { createApp } from "../../src/app.ts";
import { type App, type Host } from "../../src/host/index.ts";
import { type Connection, Datastore } from "../../src/index.ts";
import { answerOf, field, refusalOf } from "../support/app-world.ts";
import { httpEvent } from "../support/lambda-events.ts";
import { type JobWorld, jobWorld } from "./job-world.ts";

export type Task = (data: Connection) => Promise<unknown>;

/** An app that runs tasks on its datastore inside requests, and whose jobs nobody delivers unless the test does. */
export interface Sender {
  readonly world: JobWorld;
  readonly host: Host;
  /** Runs it inside a request. */
  run(task: Task): Promise<unknown>;
  refusal(task: Task): Promise<string>;
  /** Payload, item and group of what the queue holds. */
  held(): readonly unknown[];
}

export function sender(
  register?: (app: App) => void,
  options: { intercept?: Interceptor; jobs?: boolean } = {},
): Sender {
  const world = jobWorld();
  let present: Task = async () => {};
  const app = createApp();
  if (register) register(app);
  else app.worker("t", () => {});
  app.post("/", async (_req, res) => res.json({ result: await present(await Datastore.open()) }));
  const host = world.host(app.init(), options);
  const answer = async (task: Task) => {
    present = task;
    return answerOf(await host.handle(httpEvent({ method: "POST", path: "/" })));
  };
  return {
    world,
    host,
    run: async (task) => {
      const answered = await answer(task);
      expect(answered).toMatchObject({ status: 200 });
      return field(answered, "result");
    },
    refusal: async (task) => refusalOf(await answer(task)),
    held: () =>
      world.queue.messages().map(({ body, group }) => {
        const parsed = parseJob(body);
        return parsed.ok ? [parsed.job.payload, parsed.job.item, group] : body;
      }),
  };
}
