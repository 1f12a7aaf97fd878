export type { AccessSettings } from "./api-auth.ts";
export { AuthList } from "./auth-list.ts";
export {
  createHttpApp,
  defaultMaxBodyBytes,
  type HttpApp,
  type HttpAppOptions,
  type HttpInput,
  type HttpSettings,
} from "./http-app.ts";
export { errorResponse } from "./http-error-response.ts";
export type { HttpRequest, QueryValue } from "./http-request.ts";
export type { HeaderValue, HttpResponse } from "./http-response.ts";
export { type MiddlewareArguments, MiddlewareList } from "./middleware-list.ts";
export type { PathParams, PathSource } from "./path-pattern.ts";
export type { Next, RouteHandler } from "./route-handler.ts";
export { type Route, RouteTable } from "./route-table.ts";
