import { afterAll, beforeAll, expect, test } from "vitest";
import { hashOf } from "../outcome.ts";
import { tokenFor } from "./mail-gateway.ts";
import { type StartedApp, startedApp, until } from "./started-app.ts";

const LIMIT = 120_000;
const APPROVALS = 8;
const APPROVERS = ["ada@example.com", "bob@example.com", "eve@example.com"];

let app: StartedApp;
beforeAll(async () => {
  // A killed worker's message is seen again after five seconds, not after the minute and a half of a deployed stack.
  app = await startedApp({ functionTimeout: 4, visibilityTimeout: 5 });
}, LIMIT);
afterAll(() => app.stop());

async function call(method: string, path: string, body?: object, claims?: object): Promise<unknown> {
  const authorization = claims && `Bearer ${await app.issuer.token({ sub: "u", ...claims })}`;
  const response = await fetch(`${app.stack.url}${path}`, {
    method,
    headers: { "content-type": "application/json", ...(authorization === undefined ? {} : { authorization }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

const requester = { email: "rita@example.com", roles: ["requester"] };
const auditor = { email: "audrey@example.com", roles: ["auditor"] };

/** The token of the link to one approver of one approval. */
function linkFor(id: string, who: string): string | undefined {
  const mails = app.gateway.delivered.filter(({ subject }) => subject === `Please decide: ${id}`);
  return mails.some(({ to }) => to === who) ? tokenFor(who, mails) : undefined;
}

async function decide(id: string, who: string): Promise<void> {
  const token = await until(() => linkFor(id, who));
  await until(() =>
    call("POST", "/decisions/answer", { token, decision: "approved", hash: hashOf(id, "Text") }).catch(
      // The mail was faster than the commit behind it, or a busy machine too slow: the link may be used again.
      (error: unknown) => {
        if (!/not-waiting|handler-timeout/.test(String(error))) throw error;
        return undefined;
      },
    ),
  );
}

test(
  "while the worker is killed again and again every approval ends, with each mail sent and each entry written once",
  async () => {
    const ids = Array.from({ length: APPROVALS }, (_, number) => `a${number}`);
    const approvers = APPROVERS.map((email) => ({ email }));
    for (const id of ids) {
      const body = { id, title: id, text: "Text", approvers, quorum: 3, escalateTo: "boss@example.com" };
      await call("POST", "/approvals", body, requester);
    }
    const deciding = Promise.all(ids.flatMap((id) => APPROVERS.map((who) => decide(id, who))));
    for (const mails of [6, 16, 26]) {
      await until(() => (app.gateway.asked >= mails ? true : undefined));
      await app.stack.kill("worker");
      await app.stack.restart("worker");
    }
    await deciding;
    for (const id of ids) {
      await until(async () =>
        Object(await call("GET", `/approvals/${id}`, undefined, auditor)).outcome === "approved" ? true : undefined,
      );
      await until(() => app.gateway.delivered.find(({ subject }) => subject === `${id}: approved`));
      const trail = Object(await call("GET", `/approvals/${id}/audit`, undefined, auditor));
      const events = trail.map(({ event, who }: { event: string; who: string }) => `${event} ${who}`).toSorted();
      expect(events).toEqual(
        [
          ...APPROVERS.flatMap((who) => [`approved ${who}`, `asked ${who}`]),
          "closed rita@example.com",
          "requested rita@example.com",
        ].toSorted(),
      );
    }
    // One to each approver and one to the requester, however often a step ran.
    expect(app.gateway.delivered).toHaveLength(APPROVALS * 4);
  },
  2 * LIMIT,
);
