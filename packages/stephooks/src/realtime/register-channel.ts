import type { MiddlewareList, RouteHandler, RouteTable } from "../http/index.ts";
import { StephooksError } from "../stephooks-error.ts";
import { channelHandler } from "./event-stream.ts";

/**
 * Opens a channel: `GET <path>/<listener's _id>` is its stream of events. `hooks` run before each stream. The paths of
 * channels are also properties of this function, as in codehooks-js.
 *
 * @throws StephooksError `invalid-path`, `invalid-argument`.
 */
export type RegisterChannel = (path: string, ...hooks: readonly (RouteHandler | undefined)[]) => void;

/** What `app.realtime` is for an app with these lists. */
export function channelRegistration(registry: {
  readonly middleware: MiddlewareList;
  readonly routes: RouteTable;
  /** Told of every channel. */
  addChannel(): void;
}): RegisterChannel {
  const { middleware, routes } = registry;
  const register: RegisterChannel = (path, ...hooks) => {
    const given: unknown = path;
    if (typeof given !== "string" || !given.startsWith("/")) {
      throw new StephooksError("invalid-path", `A channel's path begins with a slash, such as "/chat".`);
    }
    const functions = hooks.filter((hook) => typeof hook === "function");
    const route = `${path.replace(/\/$/, "")}/:clientID`;
    routes.add("GET", route, [...functions, channelHandler(path)]);
    middleware.addRoute(path, ...functions);
    registry.addChannel();
    Object.defineProperty(register, path, { value: functions, enumerable: true, configurable: true });
  };
  return register;
}
