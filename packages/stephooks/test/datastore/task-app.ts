import { createApp } from "../../src/app.ts";
import { type Connection, Datastore, type LambdaHandler } from "../../src/index.ts";
import { type AppWorld, answerOf, appWorld, refusalOf } from "../support/app-world.ts";
import { httpEvent } from "../support/lambda-events.ts";

/** Work inside a route, where an app has its datastore. */
export type Task<Result> = (data: Connection) => Promise<Result>;

/** Hands a task to the app's one route; rejects as the task did. */
export interface TaskRunner {
  run<Result>(task: Task<Result>): Promise<Result>;
  /** What a client gets when nothing in the route catches the failure, such as `404 not-found`. */
  refusal(task: Task<unknown>): Promise<string>;
}

/** An app whose one route does whatever the test hands it, through the whole handler. */
export function taskApp({ strict = false } = {}): {
  readonly handler: LambdaHandler;
  readonly tasks: Map<string, Task<unknown>>;
} {
  const tasks = new Map<string, Task<unknown>>();
  const app = createApp();
  if (strict) app.set("compat", "strict");
  app.post("/tasks/:id", async (req, res) => {
    const result = await tasks.get(req.params["id"] ?? "")?.(await Datastore.open());
    res.json({ result: result === undefined ? null : result });
  });
  return { handler: app.init(), tasks };
}

export function taskRunner(
  handle: (event: unknown) => Promise<unknown>,
  tasks: Map<string, Task<unknown>>,
): TaskRunner {
  let count = 0;
  const send = async (task: Task<unknown>) => {
    count += 1;
    const id = String(count);
    tasks.set(id, task);
    return answerOf(await handle(httpEvent({ method: "POST", path: `/tasks/${id}` })));
  };
  return {
    run: async (task) => {
      const outcome = Promise.withResolvers<Awaited<ReturnType<typeof task>>>();
      // Whoever runs the task hears of its failure below.
      outcome.promise.catch(() => {});
      await send(async (data) => {
        // Settled from inside: what a task answers and throws need not fit through HTTP.
        try {
          outcome.resolve(await task(data));
        } catch (error) {
          outcome.reject(error);
        }
      });
      return outcome.promise;
    },
    refusal: async (task) => refusalOf(await send(task)),
  };
}

/** The app on memory ports; `strict` is `compat: "strict"`. */
export function memoryTasks(options: { readonly strict?: boolean } = {}): TaskRunner & { readonly world: AppWorld } {
  const { handler, tasks } = taskApp(options);
  const world = appWorld(handler);
  return { ...taskRunner((event) => world.handle(event), tasks), world };
}
