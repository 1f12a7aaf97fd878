import { AppRequest } from "./app-request.ts";
import { AppResponse } from "./app-response.ts";
import type { Exchange } from "./call-handler.ts";
import { canonicalPath } from "./canonical-path.ts";
import type { HttpAppOptions, HttpInput } from "./http-app.ts";
import { OpenWork } from "./open-work.ts";
import { parseBody } from "./parse-body.ts";
import { acceptedBody, readBody } from "./read-body.ts";
import { httpMethods } from "./route-table.ts";
import { StephooksError } from "../stephooks-error.ts";

/** The largest body accepted unless the settings say otherwise, bytes: what Lambda takes. */
const defaultMaxBodyBytes = 6_291_456;

/** One request on its way through the app. */
export interface ServedExchange extends Exchange {
  readonly request: Request;
  readonly req: AppRequest;
  readonly res: AppResponse;
  /** Pipes and iterables that functions began. */
  readonly work: OpenWork;
  /**
   * Reads and parses the body, once. Throws `body-too-large`, `unsupported-encoding`, `unreadable-body`,
   * `malformed-json`, `json-too-deep`, `unsafe-key` or `too-many-fields`.
   */
  readonly readBody: () => Promise<void>;
}

/** Throws `method-not-allowed`, `bad-path`, `unsafe-key` or `too-many-fields`. */
export function openExchange(
  input: HttpInput,
  { render, settings, strict }: Pick<HttpAppOptions, "render" | "settings" | "strict">,
): ServedExchange {
  const { request, rawPath, ip } = input;
  const method = input.method ?? request.method;
  if (!httpMethods.some((known) => known === method)) {
    throw new StephooksError("method-not-allowed", "Nothing here takes this method.", {
      allow: httpMethods.join(", "),
    });
  }
  const canonical = canonicalPath(rawPath, { space: settings.space, stage: input.stage });
  if (!canonical.ok) throw new StephooksError(canonical.code, `The path ${canonical.reason}.`);
  const { path, apiPath } = canonical;
  const work = new OpenWork();
  const req = new AppRequest({ request, method, rawPath, path, apiPath, ip, begin: work.begin });
  const res = new AppResponse(work.begin, render, strict);
  let read: Promise<void> | undefined;
  return {
    request,
    req,
    res,
    ended: () => res.ended(),
    work,
    pending: async () => {
      await input.pending?.();
      await work.settled();
    },
    readBody: () => (read ??= loadBody(req, input, settings.maxBodyBytes ?? defaultMaxBodyBytes)),
  };
}

async function loadBody(req: AppRequest, { body, request }: HttpInput, maxBytes: number): Promise<void> {
  req.rawBytes = body === undefined ? await readBody(request, maxBytes) : acceptedBody(body, request, maxBytes);
  const { buffer, byteLength, byteOffset } = req.rawBytes;
  req.rawBody = Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
  req.body = parseBody(req.rawBytes, request.headers.get("content-type") ?? "");
}
