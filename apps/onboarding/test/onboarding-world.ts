/* The app in memory, on a virtual clock, with the services around it: new for every test of a file that imports this. */
import { testApp, type TestApp } from "@stephooks/testkit";
import { afterEach, beforeEach, expect, vi } from "vitest";
import handler from "../index.ts";
import { signatureOf } from "../signature.ts";
import { openServices, type Services } from "./services.ts";

type Fields = Readonly<Record<string, unknown>>;

export const CARL = { sub: "carl", email: "carl@example.com", roles: ["customer"] };
export const REGINA = { sub: "regina", email: "regina@example.com", roles: ["registrar"] };
export const OTTO = { sub: "otto", email: "otto@example.com", roles: ["compliance"] };

export const PERSON = { firstName: "Carl", lastName: "Ott", birthDate: "1990-05-01" };
export const ADDRESS = { street: "Ring 1", postCode: "10115", city: "Berlin", country: "DE" };
export const COMPANY = { name: "Ott Ltd", registerNumber: "HRB 12345" };

export let services: Services;
export let world: TestApp;

beforeEach(async () => {
  services = await openServices();
  for (const [name, value] of Object.entries(services.settings)) vi.stubEnv(name, value);
  world = testApp(handler, { apiKey: "the app's key", date: "virtual" });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await services.close();
});

export async function send(claims: Fields, method: string, path: string, body?: object) {
  const answer = await world.request(method, path, { claims, ...(body === undefined ? {} : { body }) });
  await world.settle();
  return answer;
}

export const begin = (changes: object = {}, claims: Fields = CARL) =>
  send(claims, "POST", "/registrations", { id: "r1", email: CARL.email, ...changes });

export const give = (part: string, value: object, claims: Fields = CARL) =>
  send(claims, "PUT", `/registrations/r1/parts/${part}`, value);

/** A registration with these parts. */
export async function begun(parts: Readonly<Record<string, object>>): Promise<void> {
  await begin();
  for (const [part, value] of Object.entries(parts)) expect((await give(part, value)).status).toBe(202);
}

export const complete = { person: PERSON, address: ADDRESS, company: COMPANY };

export async function shown(claims: Fields = CARL): Promise<Fields> {
  return Object((await world.request("GET", "/registrations/r1", { claims })).body);
}

/** The identity provider's answer about the newest identity, unless told which. */
export async function callback(
  result: "passed" | "failed",
  changes: { reference?: unknown; secret?: string; age?: number; body?: string } = {},
) {
  const { age = 0, reference = services.identities.at(-1)?.["reference"] } = changes;
  const body = JSON.stringify({ registration: "r1", reference, result, checkedBy: "video" });
  const seconds = Math.floor(world.now() / 1_000) - age;
  const secret = changes.secret ?? services.settings["IDENTITY_SECRET"] ?? "";
  const headers = { "content-type": "application/json", "x-signature": signatureOf(body, secret, seconds) };
  const answer = await world.request("POST", "/callbacks/identity", { headers, body: changes.body ?? body });
  await world.settle();
  return answer;
}

export async function review(decision: string, changes: object = {}, claims: Fields = OTTO) {
  const { version } = await shown(OTTO);
  return send(claims, "POST", "/registrations/r1/review", { decision, version, ...changes });
}

export function mailsTo(to: string): readonly string[] {
  return services.mails.flatMap((mail) => (mail["to"] === to ? [String(mail["text"])] : []));
}

export function codeOf({ body, status }: { body: unknown; status: number }): string {
  return `${status} ${String(Object(body).error?.code)}`;
}
