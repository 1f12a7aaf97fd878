import { openData } from "stephooks/host";
import type { Target } from "../connection/connect.ts";
import { withApp } from "../connection/open-app.ts";

/** The documents and values of an app, as its own code has them. */
export type Data = ReturnType<typeof openData>;

/** Connects, acts and closes. @throws as `withApp`, and what `act` throws. */
export function withData<Result>(target: Target, act: (data: Data) => Promise<Result>): Promise<Result> {
  return withApp(target, ({ ports }) => act(openData(ports)));
}
