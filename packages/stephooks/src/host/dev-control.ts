import { runNow } from "../crons/index.ts";
import { Datastore } from "../datastore/index.ts";
import { filestore } from "../files/index.ts";
import { StephooksError } from "../stephooks-error.ts";
import { withRuntime } from "./current-runtime.ts";
import { startAndAnnounce } from "../start-workflow.ts";
import { type LambdaHandler, registryOf, runtimeOf } from "./lambda-handler.ts";

type Input = Readonly<Record<string, unknown>>;

/**
 * What tools may ask of an app, by the name under which it is asked: the local stack of the app that it runs, the CLI of
 * one that it loads itself. The bundler adds it to such bundles only.
 */
export function devControl(handler: LambdaHandler): Readonly<Record<string, (input: Input) => Promise<unknown>>> {
  const within =
    (act: (input: Input) => Promise<unknown>) =>
    async (input: Input): Promise<unknown> =>
      withRuntime(runtimeOf(handler), () => act(input));
  return {
    "blobs/put": within(async ({ base64, path }) => {
      if (typeof path !== "string" || typeof base64 !== "string") throw badInput('{"path":"…","base64":"…"}');
      return filestore.saveFile(path, Buffer.from(base64, "base64"));
    }),
    "db/find": within(async ({ collection, query = {} }) => {
      if (typeof collection !== "string" || !isQuery(query)) throw badInput('{"collection":"…","query":{…}}');
      return Datastore.open().getMany(collection, query).toArray();
    }),
    "jobs/run": within(async ({ cron }) => {
      if (typeof cron !== "string") throw badInput('{"cron":"<expression or name>"}');
      return runNow(cron, runtimeOf(handler));
    }),
    "workflows/start": within(async ({ id, state = {}, workflow }) => {
      if (typeof workflow !== "string" || (id !== undefined && typeof id !== "string")) {
        throw badInput('{"workflow":"…","state":{…},"id":"…"}');
      }
      const registry = registryOf(handler);
      if (registry === undefined) throw new TypeError("a handler with a runtime has a registry");
      const options = id === undefined ? {} : { id };
      const { created, head } = await startAndAnnounce(registry, workflow, state, options);
      return { created, id: head.id };
    }),
    "db/insert": within(async ({ collection, document }) => {
      if (typeof collection !== "string" || !isQuery(document)) throw badInput('{"collection":"…","document":{…}}');
      return Datastore.open().insertOne(collection, document);
    }),
  };
}

/** Which attempt at a step runs. */
export interface StepPlace {
  readonly workflow: string;
  readonly step: string;
  readonly instance: string;
  readonly attempt: number;
}

/** Runs a step's body, whatever else it does around it. */
export type AroundStep = (place: StepPlace, run: () => unknown) => unknown;

/** Lets the local stack run something around every step of an app. For bundles of `stephooks dev` only, as above. */
export function devTrace(handler: LambdaHandler): (around: AroundStep) => void {
  return (around) =>
    registryOf(handler)?.traceSteps(
      (place, run) => (state, goto, wait, context) =>
        around({ ...place, instance: context.instanceId, attempt: context.attempt }, () =>
          run(state, goto, wait, context),
        ),
    );
}

function isQuery(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function badInput(expected: string): StephooksError {
  return new StephooksError("invalid-argument", `Send ${expected}.`);
}
