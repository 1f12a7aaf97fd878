export type { AccessSettings } from "./api-auth.ts";
export { observingRoutes } from "./registration-observer.ts";
export { AppRequest } from "./app-request.ts";
export { AppResponse, type Render } from "./app-response.ts";
export { assertFunctions } from "./assert-functions.ts";
export { AuthList } from "./auth-list.ts";
export {
  createHttpApp,
  type HttpApp,
  type HttpInput,
  type HttpSettings,
  type OpenAnswer,
  type WholeAnswer,
} from "./http-app.ts";
export { callHandler } from "./call-handler.ts";
export { HttpError, type HttpErrorOptions } from "./http-error.ts";
export { errorAnswer, errorResponse, errorStatus } from "./http-error-response.ts";
export type { HttpRequest, JwtClaims } from "./http-request.ts";
export type { HttpResponse } from "./http-response.ts";
export { type MiddlewareArguments, MiddlewareList } from "./middleware-list.ts";
export { OpenWork } from "./open-work.ts";
export type { PathSource, ShownPath } from "./path-pattern.ts";
export type { Next, RouteHandler } from "./route-handler.ts";
export { RouteTable } from "./route-table.ts";
