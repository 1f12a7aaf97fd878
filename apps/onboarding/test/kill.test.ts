import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleApp } from "@stephooks/cli";
import { type Stack, startStack } from "@stephooks/local";
import { openTokenIssuer, type OpenTokenIssuer } from "@stephooks/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signatureOf } from "../signature.ts";
import { openServices, type Services } from "./services.ts";

const LIMIT = 120_000;
const REGISTRATIONS = 8;
const PARTS = {
  person: { firstName: "Carl", lastName: "Ott", birthDate: "1990-05-01" },
  address: { street: "Ring 1", postCode: "10115", city: "Berlin", country: "DE" },
  company: { name: "Ott Ltd", registerNumber: "HRB 12345" },
};

const folder = mkdtempSync(join(tmpdir(), "onboarding-"));
let services: Services;
let issuer: OpenTokenIssuer;
let stack: Stack;

beforeAll(async () => {
  [services, issuer] = await Promise.all([openServices(), openTokenIssuer()]);
  const entry = fileURLToPath(new URL("../index.ts", import.meta.url));
  const { file } = await bundleApp({ entry, outDir: folder });
  stack = await startStack({
    bundle: file,
    output: "ignore",
    apiKey: "the key of the stack",
    // A killed worker's message is seen again after five seconds, not after the minute and a half of a deployed stack.
    timings: { functionTimeout: 4, visibilityTimeout: 5 },
    environment: { ...services.settings, STEPHOOKS_JWKS_URL: issuer.jwksUrl },
  });
}, LIMIT);
afterAll(async () => {
  await stack.stop();
  await Promise.all([services.close(), issuer.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** What `look` finds, as soon as it finds something; fails after a minute. */
async function until<Found>(look: () => Promise<Found | undefined> | Found | undefined): Promise<Found> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error("nothing was found in a minute");
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** One request, sent again while a busy machine is too slow: every request of this app may be. */
async function call(role: string, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const token = await issuer.token({ sub: role, email: `${role}@example.com`, roles: [role] });
  return until(async () => {
    const response = await fetch(`${stack.url}${path}`, {
      method,
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status >= 500) return undefined;
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return Object(JSON.parse(text));
  });
}

/** From the first form to the account. */
async function onboard(id: string): Promise<void> {
  await call("customer", "POST", "/registrations", { id, email: `${id}@example.com` });
  for (const [part, value] of Object.entries(PARTS)) {
    await call("customer", "PUT", `/registrations/${id}/parts/${part}`, value);
  }
  const { reference } = await until(() => services.identities.find(({ registration }) => registration === id));
  const body = JSON.stringify({ registration: id, reference, result: "passed" });
  const sign = (): string =>
    signatureOf(body, services.settings["IDENTITY_SECRET"] ?? "", Math.floor(Date.now() / 1_000));
  // The provider hears no answer now and then, and says it again.
  for (let time = 0; time < 2; time++) {
    const headers = { "content-type": "application/json", "x-signature": sign() };
    await until(async () =>
      (await fetch(`${stack.url}/callbacks/identity`, { method: "POST", headers, body })).ok ? true : undefined,
    );
  }
  const { version } = await until(async () => {
    const registration = await call("compliance", "GET", `/registrations/${id}`);
    return registration["step"] === "review" ? registration : undefined;
  });
  await call("compliance", "POST", `/registrations/${id}/review`, { decision: "approve", version });
  await until(async () =>
    (await call("customer", "GET", `/registrations/${id}`))["outcome"] === "active" ? true : undefined,
  );
}

test(
  "registrations whose worker is killed again and again all end with an account, one identity check and one welcome each",
  async () => {
    const ids = Array.from({ length: REGISTRATIONS }, (_, number) => `r${number}`);
    const onboarding = Promise.all(ids.map(onboard));
    const killing = (async () => {
      for (const happened of [2, 6, 10]) {
        await until(() => (services.identities.length + services.mails.length >= happened ? true : undefined));
        await stack.kill("worker");
        await stack.restart("worker");
      }
    })();
    await Promise.all([onboarding, killing]);
    expect(services.identities.map(({ registration }) => String(registration)).toSorted()).toEqual(ids);
    expect(services.mails.map(({ to }) => String(to)).toSorted()).toEqual(ids.map((id) => `${id}@example.com`));
  },
  2 * LIMIT,
);
