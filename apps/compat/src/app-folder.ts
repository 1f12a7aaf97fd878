import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CompatCase, HttpStub } from "./compat-case.ts";

/** Where a case's app is, and what is preloaded into its process. */
export interface AppFolder {
  readonly entry: string;
  readonly preload: string | undefined;
  remove(): void;
}

/**
 * Writes the app of a case to a folder of its own. Apps of repositories are taken from checkouts below `sources`
 * (`templates` and `examples`, their packages installed); undefined when there is none.
 */
export function appFolder(given: CompatCase, sources: string | undefined, sink: string): AppFolder | undefined {
  const folder = mkdtempSync(join(tmpdir(), "stephooks-compat-"));
  const entry = entryOf(given, sources, folder);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  if (entry === undefined) {
    remove();
    return undefined;
  }
  return { entry, preload: writePreload(given, folder, sink), remove };
}

function entryOf({ dir, entry, inlineApp, repo }: CompatCase, sources: string | undefined, folder: string) {
  if (inlineApp !== undefined) {
    const file = join(folder, "index.js");
    writeFileSync(file, inlineApp);
    return file;
  }
  if (sources === undefined) return undefined;
  const checkout = join(sources, repo, dir);
  return existsSync(checkout) ? (entry === null ? checkout : join(checkout, entry)) : undefined;
}

function writePreload({ httpStubs, preload }: CompatCase, folder: string, sink: string): string | undefined {
  if (preload === undefined && httpStubs === undefined) return undefined;
  const file = join(folder, "preload.mjs");
  writeFileSync(file, `${preload ?? ""}\n${httpStubs === undefined ? "" : stubbedFetch(httpStubs, sink)}`);
  return file;
}

/** Outbound calls are answered in the app's process, and told to the receiver. */
function stubbedFetch(stubs: readonly HttpStub[], sink: string): string {
  return `const real = globalThis.fetch;
const stubs = ${JSON.stringify(stubs)};
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const stub = stubs.find(({ url }) => request.url.startsWith(url));
  if (stub === undefined) return real(request);
  await real(${JSON.stringify(`${sink}/stubbed`)}, {
    method: "POST",
    body: JSON.stringify({ url: request.url, method: request.method, body: await request.text() }),
  });
  const body = typeof stub.body === "string" ? stub.body : JSON.stringify(stub.body ?? {});
  return new Response(body, { status: stub.status ?? 200, headers: stub.headers });
};
`;
}
