import { currentRuntime } from "../host/current-runtime.ts";
import { StephooksError } from "../stephooks-error.ts";
import type { Connection } from "./connection.ts";
import { createConnection } from "./create-connection.ts";

/** The app's database, as codehooks-js has it. */
export interface DatastoreFactory {
  /**
   * The methods of the database, at once: `Datastore.open().getOne(…)` works as `await Datastore.open()` does. Nothing is
   * opened before the first call. A name is accepted when it is the app's own space.
   *
   * @throws StephooksError `other-space`.
   */
  open(space?: string): Connection & PromiseLike<Connection>;
}

export const Datastore: DatastoreFactory = {
  open: (space) => {
    const connection = createConnection(() => {
      const runtime = currentRuntime();
      assertSpace(space, runtime.space);
      return runtime;
    });
    // What an await gives must not be awaited again, so only the answer of open() has a `then`.
    const settled = Promise.resolve(connection);
    return { ...connection, then: (...handlers) => settled.then(...handlers) };
  },
};

function assertSpace(wanted: string | undefined, own: string): void {
  if (wanted === undefined || wanted === own) return;
  throw new StephooksError(
    "other-space",
    `Datastore.open("${wanted}") is not the app's own space "${own}": one stack is one space. Deploy another stack for it.`,
  );
}
