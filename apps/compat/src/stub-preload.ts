import type { HttpStub } from "./compat-case.ts";

/**
 * A module that sends outbound calls which a stub answers to the receiver instead, with the URL that was meant in a
 * header: those of `fetch`, and those of `node:http` and `node:https`, by which node-fetch and axios send. It is
 * preloaded into the app's process.
 */
export function stubPreload(stubs: readonly HttpStub[], sink: string): string {
  return `import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";

const prefixes = ${JSON.stringify(stubs.map(({ url }) => url))};
const receiver = ${JSON.stringify(`${sink}/stubbed`)};
const isStubbed = (url) => prefixes.some((prefix) => url.startsWith(prefix));

const realFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  if (!isStubbed(request.url)) return realFetch(request);
  const headers = new Headers(request.headers);
  headers.set("x-stubbed-url", request.url);
  const body = request.body === null ? undefined : await request.arrayBuffer();
  return realFetch(receiver, { method: request.method, headers, body });
};

const realRequest = http.request;
for (const [module, scheme] of [[http, "http:"], [https, "https:"]]) {
  const real = module.request;
  module.request = (...args) => {
    const given = typeof args[0] === "string" || args[0] instanceof URL ? args.shift() : undefined;
    const options = typeof args[0] === "object" && args[0] !== null ? args.shift() : {};
    const url = given === undefined ? urlOf(options, scheme) : String(given);
    if (!isStubbed(url)) return given === undefined ? real(options, ...args) : real(given, options, ...args);
    const { headers, method } = options;
    return realRequest(receiver, { method, headers: { ...plain(headers), "x-stubbed-url": url } }, ...args);
  };
  module.get = (...args) => module.request(...args).end();
}
syncBuiltinESMExports();

function urlOf({ host, hostname = host ?? "localhost", path = "/", port, protocol }, scheme) {
  return String(new URL(path, (protocol ?? scheme) + "//" + hostname + (port ? ":" + port : "")));
}

function plain(headers = {}) {
  const entries = typeof headers.entries === "function" ? [...headers.entries()] : Object.entries(headers);
  return Object.fromEntries(entries.filter(([name]) => name.toLowerCase() !== "host"));
}
`;
}
