import { currentRuntime } from "./host/current-runtime.ts";

/** Stands for the app where a Request needs a whole URL; nothing is sent there. */
const OWN = "http://app.internal";

/**
 * `fetch` that reaches the app itself by a path, without leaving the process. The request is one like any other: it
 * needs a key or a hook that lets it in.
 */
export async function internalFetch(url: string, options?: RequestInit): Promise<Response> {
  if (!url.startsWith("/")) return fetch(url, options);
  const [rawPath = "/"] = url.split(/[?#]/, 1);
  return currentRuntime().http.handle({ request: new Request(OWN + url, options), rawPath });
}
