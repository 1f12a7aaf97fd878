/* The app in memory, on a virtual clock, with a mail gateway: new for every test of a file that imports this. */
import { testApp, type TestApp } from "@stephooks/testkit";
import { afterEach, beforeEach, vi } from "vitest";
import handler from "../index.ts";
import { hashOf } from "../outcome.ts";
import { type MailGateway, openMailGateway, tokenFor } from "./mail-gateway.ts";

export const ADA = "ada@example.com";
export const BOB = "bob@example.com";
export const EVE = "eve@example.com";
export const REQUESTER = { sub: "u1", email: "rita@example.com", roles: ["requester"] };
export const AUDITOR = { sub: "u2", email: "audrey@example.com", roles: ["auditor"] };
export const HASH = hashOf("A new lathe", "It costs 9,000.");
export const LATHE = {
  id: "lathe",
  title: "A new lathe",
  text: "It costs 9,000.",
  approvers: [{ email: ADA }, { email: BOB }, { email: EVE, veto: true }],
  quorum: 2,
  escalateTo: "boss@example.com",
};

export let gateway: MailGateway;
export let world: TestApp;

beforeEach(async () => {
  gateway = await openMailGateway();
  vi.stubEnv("MAIL_URL", gateway.url);
  vi.stubEnv("PUBLIC_URL", "https://app.example");
  world = testApp(handler, { apiKey: "the app's key", date: "virtual" });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await gateway.close();
});

type Fields = Readonly<Record<string, unknown>>;

export async function ask(changes: object = {}, claims: Fields = REQUESTER) {
  const answer = await world.request("POST", "/approvals", { claims, body: { ...LATHE, ...changes } });
  await world.settle();
  return answer;
}

export async function decide(who: string, decision: "approved" | "refused", changes: object = {}) {
  const body = { token: tokenFor(who, gateway.delivered), decision, hash: HASH, ...changes };
  const answer = await world.request("POST", "/decisions/answer", { body });
  await world.settle();
  return answer;
}

export async function approval(): Promise<Fields> {
  return Object((await world.request("GET", "/approvals/lathe", { claims: AUDITOR })).body);
}

export async function trail(): Promise<readonly Fields[]> {
  return Object((await world.request("GET", "/approvals/lathe/audit", { claims: AUDITOR })).body);
}

export async function events(): Promise<readonly string[]> {
  return (await trail()).map(({ event, who }) => `${String(event)} ${String(who)}`);
}

export function subjectsFor(to: string): readonly string[] {
  return gateway.delivered.flatMap((mail) => (mail.to === to ? [mail.subject] : []));
}

export function codeOf({ body, status }: { body: unknown; status: number }): string {
  return `${status} ${String(Object(body).error?.code)}`;
}
