import { startBrowser, type TestBrowser, type WatchedPage } from "@stephooks/testkit/browser";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { hashOf } from "../outcome.ts";
import { tokenFor } from "./mail-gateway.ts";
import { type StartedApp, startedApp, until } from "./started-app.ts";

const LIMIT = 120_000;
const ADA = "ada@example.com";
/** Words of a stranger, that a careless page would run. */
const TEXT = '<img src="x" onerror="document.title=\'run\'"><script>document.title="run"</script>';

let app: StartedApp;
let browser: TestBrowser;
let page: WatchedPage["page"];
let watched: WatchedPage;

beforeAll(async () => {
  [app, browser] = await Promise.all([startedApp(), startBrowser()]);
}, LIMIT);
afterAll(async () => {
  await browser.close();
  await app.stop();
});
beforeEach(async () => {
  watched = await browser.open("about:blank");
  ({ page } = watched);
});
afterEach(() => page.close());

async function call(method: string, path: string, roles: readonly string[], body?: object): Promise<unknown> {
  const token = await app.issuer.token({ sub: "u1", email: "rita@example.com", roles });
  const response = await fetch(`${app.stack.url}${path}`, {
    method,
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
}

/** Asks Ada; the address of her link. */
async function asked(id: string): Promise<string> {
  const body = { id, title: `Buy ${id}`, text: TEXT, approvers: [{ email: ADA }], quorum: 1, escalateTo: ADA };
  await call("POST", "/approvals", ["requester"], body);
  const mail = await until(() => app.gateway.delivered.find(({ subject }) => subject === `Please decide: Buy ${id}`));
  return `${app.stack.url}/decide/#${tokenFor(ADA, [mail])}`;
}

async function outcome(id: string): Promise<unknown> {
  return Object(await call("GET", `/approvals/${id}`, ["auditor"])).outcome;
}

test("the page shows what is asked, as text; one click approves this version", { timeout: LIMIT }, async () => {
  await page.goto(await asked("lathe"));
  await page.getByRole("heading", { name: "Buy lathe" }).waitFor();
  expect(await page.locator("#text").textContent()).toBe(TEXT);
  expect(await page.locator("#hash").textContent()).toBe(hashOf("Buy lathe", TEXT));
  expect(await page.title()).toBe("Your approval");
  expect(await outcome("lathe")).toBe("open");
  await page.getByLabel("Comment").fill("Fine.");
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText("Thank you. You have approved it.").waitFor();
  await until(async () => ((await outcome("lathe")) === "approved" ? true : undefined));
  expect(Object(await call("GET", "/approvals/lathe", ["auditor"])).votes).toMatchObject([{ comment: "Fine." }]);
  expect(watched.problems).toEqual([]);
  await page.reload();
  await page.getByText("You have approved this already").waitFor();
});

test("the other button refuses", { timeout: LIMIT }, async () => {
  await page.goto(await asked("press"));
  await page.getByRole("button", { name: "Refuse" }).click();
  await page.getByText("Thank you. You have refused it.").waitFor();
  await until(async () => ((await outcome("press")) === "refused" ? true : undefined));
});

test("somebody else can be asked instead", { timeout: LIMIT }, async () => {
  await page.goto(await asked("crane"));
  await page.getByText("Somebody else should decide").click();
  await page.getByLabel("E-mail address").fill("not an address");
  await page.getByRole("button", { name: "Ask this person" }).click();
  await page.getByText("Invalid email address").waitFor();
  await page.getByLabel("E-mail address").fill("dan@example.com");
  await page.getByRole("button", { name: "Ask this person" }).click();
  await page.getByText("Thank you. dan@example.com is asked instead.").waitFor();
  await until(() => app.gateway.delivered.find(({ to }) => to === "dan@example.com"));
});

test("a link that is none, and a script from elsewhere, get nowhere", { timeout: LIMIT }, async () => {
  await page.goto(`${app.stack.url}/decide/#nonsense`);
  await page.getByText("Use the link as it was sent.").waitFor();
  expect(await page.getByRole("button", { name: "Approve" }).isVisible()).toBe(false);
  const ran = await page.evaluate(`
    const script = document.createElement("script");
    script.textContent = "document.title = 'run'";
    document.head.append(script);
    document.title`);
  expect(ran).toBe("Your approval");
  expect(watched.problems.some((text) => text.includes("Content Security Policy"))).toBe(true);
});

test(
  "whoever only gets the address, as mail scanners do, decides nothing and shows no token",
  { timeout: LIMIT },
  async () => {
    const link = await asked("drill");
    for (let time = 0; time < 3; time++) expect((await fetch(link)).status).toBe(200);
    await page.goto(link);
    await page.getByRole("heading", { name: "Buy drill" }).waitFor();
    expect(await outcome("drill")).toBe("open");
    const token = link.split("#")[1] ?? "";
    expect(watched.requested.filter((url) => url.split("#")[0]?.includes(token))).toEqual([]);
  },
);
