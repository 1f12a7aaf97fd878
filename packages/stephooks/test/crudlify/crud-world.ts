import { createApp } from "../../src/app.ts";
import type { CrudOptions, CrudSchemas, EventHooks } from "../../src/index.ts";
import { type AppWorld, answerOf, appWorld } from "../support/app-world.ts";
import { httpEvent } from "../support/lambda-events.ts";

export interface CrudWorld extends AppWorld {
  readonly hooks: EventHooks;
}

/** A request whose path may have a query. */
export function urlEvent(method: string, url: string, body?: unknown): Readonly<Record<string, unknown>> {
  const [path = "", ...query] = url.split("?");
  return { ...httpEvent({ method, path, body }), rawQueryString: query.join("?") };
}

/** An app that is nothing but `crudlify`. */
export async function crudWorld(
  schemas?: CrudSchemas,
  { strict = false, ...options }: CrudOptions & { readonly strict?: boolean } = {},
): Promise<CrudWorld> {
  const app = createApp();
  if (strict) app.set("compat", "strict");
  const hooks = await app.crudlify(schemas, options);
  const world = appWorld(app.init());
  return {
    ...world,
    hooks,
    ask: async (method, url, body) => answerOf(await world.handle(urlEvent(method, url, body))),
  };
}

/** A world with documents in `notes`, which is not validated. */
export async function notesWorld(...documents: readonly object[]): Promise<CrudWorld> {
  const world = await crudWorld();
  await world.ask("POST", "/notes", documents);
  return world;
}
