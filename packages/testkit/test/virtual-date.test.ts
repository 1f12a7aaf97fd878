import { createApp } from "stephooks/host";
import { crashTest, testApp } from "@stephooks/testkit";
import { afterEach, expect, test, vi } from "vitest";

const START = Date.UTC(2030, 0, 1);

/** Notes what time it is, a day after the start. */
function clockwork() {
  const app = createApp();
  const days = app.createWorkflow("days", "Looks at the clock", {
    begin: async (_state, goto) => goto("look", {}, { delay: "1d" }),
    look: async (_state, goto) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const date = new Date();
      await goto(null, {
        now: Date.now(),
        constructed: date.getTime(),
        text: Date().slice(0, 15),
        isDate: date instanceof Date,
        given: new Date(5).getTime(),
        parsed: Date.parse("1970-01-01T00:00:01Z") + Date.UTC(1970, 0),
      });
    },
  });
  app.get("/now", (_req, res) => res.json(Date.now()));
  app.post("/days", async (_req, res) => res.json(await days.start({}, { id: "d1" })));
  return app.init();
}

afterEach(() => void vi.useRealTimers());

test("the app sees the virtual time however it asks for it, the test the machine's", async () => {
  const app = testApp(clockwork(), { start: START, date: "virtual" });
  const before = Date.now();
  await app.request("POST", "/days");
  expect((await app.request("GET", "/now")).body).toBe(START);
  await app.advance("1d");
  const now = START + 86_400_000;
  expect((await app.instance("d1")).state).toEqual({
    now,
    constructed: now,
    text: new Date(now).toString().slice(0, 15),
    isDate: true,
    given: 5,
    parsed: 1_000,
  });
  expect(Date.now() - before).toBeLessThan(60_000);
  expect(Date.now()).toBeGreaterThanOrEqual(before);
});

test("two apps have a time each", async () => {
  const apps = [START, 5].map((start) => testApp(clockwork(), { start, date: "virtual" }));
  const answers = await Promise.all(apps.map((app) => app.request("GET", "/now")));
  expect(answers.map(({ body }) => body)).toEqual([START, 5]);
});

test("without the option the app sees the machine's time, or what a test has made of it", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 77 });
  expect((await testApp(clockwork(), { start: START }).request("GET", "/now")).body).toBe(77);
  expect((await testApp(clockwork(), { start: START, date: "virtual" }).request("GET", "/now")).body).toBe(START);
});

test("a crash test has it too", async () => {
  await crashTest(clockwork, {
    date: "virtual",
    ignore: ["now", "constructed"],
    start: (app) => app.request("POST", "/days"),
    act: (app) => app.advance("10d"),
    expect: async (app) => expect((await app.instance("d1")).state["now"]).toBeLessThan(Date.UTC(2026, 0, 20)),
  });
  expect(new Date().getFullYear()).toBe(new Date(performance.timeOrigin).getFullYear());
});
