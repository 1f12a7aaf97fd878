import { HttpError, type HttpRequest, type HttpResponse, type RouteHandler } from "stephooks";
import { z } from "zod";

export type Role = "customer" | "registrar" | "compliance";

/** Who calls, as the token of the identity provider says. */
export interface Caller {
  readonly sub: string;
  readonly email: string;
  readonly roles: readonly string[];
}

const Claims = z.object({ sub: z.string().min(1), email: z.email().toLowerCase(), roles: z.array(z.string()) });

/**
 * A route for callers that have one of the roles. Its function gets the caller, so none can be written that forgets to
 * ask. An API key is nobody: it is let in by stephooks and refused here.
 */
export function as(
  roles: readonly Role[],
  serve: (caller: Caller, req: HttpRequest, res: HttpResponse) => unknown,
): RouteHandler {
  return (req, res) => serve(callerOf(req, roles), req, res);
}

function callerOf({ jwt }: HttpRequest, roles: readonly Role[]): Caller {
  if (jwt === undefined) throw new HttpError(401, "who-are-you", "Send a bearer token of the identity provider.");
  const { data: caller } = Claims.safeParse(jwt);
  if (caller !== undefined && roles.some((role) => caller.roles.includes(role))) return caller;
  throw new HttpError(403, "wrong-role", `This is for the role ${roles.join(" or ")}.`);
}
