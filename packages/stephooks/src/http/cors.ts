import type { AccessSettings } from "./api-auth.ts";

/**
 * Cross-origin rules, as permissive as codehooks': any page may call a deployed app and read its answers, but never
 * with the browser's cookies, because nothing here is ever answered with `access-control-allow-credentials`. All
 * values are constants, so no header of a request is reflected or parsed.
 *
 * An app that is open (the local stack without a key) is only read by pages of this machine: any page of the internet
 * could otherwise read the developer's data.
 */
export interface CorsRules {
  /** Adds what is missing; what the app has set itself stays. */
  apply(headers: Headers, request: Request): void;
  /** The answer to a preflight. */
  preflight(): Response;
}

export function corsRules({ mode }: AccessSettings): CorsRules {
  return {
    apply: (headers, request) => {
      if (headers.has("access-control-allow-origin")) return;
      if (mode === "keys") {
        headers.set("access-control-allow-origin", "*");
        return;
      }
      headers.append("vary", "origin");
      const origin = request.headers.get("origin");
      if (origin !== null && isLoopback(origin)) headers.set("access-control-allow-origin", origin);
    },
    preflight: () =>
      new Response(null, {
        status: 204,
        headers: {
          "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
          // The star stands for every name but this one.
          "access-control-allow-headers": "*, authorization",
          "access-control-max-age": "600",
        },
      }),
  };
}

/** What a browser asks before a request that a plain form could not have sent. */
export function isPreflight(method: string, { headers }: Request): boolean {
  return method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method");
}

const loopbackOrigin = /^https?:\/\/(?:localhost|[a-z0-9-]{1,63}\.localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

function isLoopback(origin: string): boolean {
  return origin.length < 100 && loopbackOrigin.test(origin);
}
