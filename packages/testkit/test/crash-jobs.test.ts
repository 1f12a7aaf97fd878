import { Datastore } from "stephooks";
import { createApp, type LambdaHandler } from "stephooks/host";
import { describe, expect, test } from "vitest";
import { type CrashedApp, crashTest, deaths } from "@stephooks/testkit";

/** What the worker did, over all processes. */
interface Ledger {
  /** Payloads in the order their jobs began, and in which they came to an end without an error. */
  readonly begun: number[];
  readonly ended: number[];
  /** What was wrong at the moment it happened. */
  readonly faults: string[];
}

const ledger = (): Ledger => ({ begun: [], ended: [], faults: [] });

const FLAKY = 2;
const POISON = 3;
const COUNT = 6;

/**
 * True when the slot may go on: the job has ended once, or had its three attempts. A process that dies after it has
 * noted that an attempt begins, and before the worker is called, has used that one up.
 */
function isOver(payload: number, { begun, ended }: Ledger): boolean {
  return payload === POISON ? begun.filter((n) => n === POISON).length >= 2 : ended.includes(payload);
}

/** A serial worker, one of whose jobs fails at first, and one always. */
function serial(outside: Ledger): LambdaHandler {
  const app = createApp();
  let running = 0;
  app.worker("t", async (req, res) => {
    const { payload } = req.body;
    running += 1;
    if (running > 1) outside.faults.push(`${payload} ran beside another`);
    if (payload > 0 && !isOver(payload - 1, outside))
      outside.faults.push(`${payload} began before ${payload - 1} was over`);
    outside.begun.push(payload);
    await Datastore.open()
      .set(`job:${payload}`, true)
      .finally(() => (running -= 1));
    if (payload === POISON || (payload === FLAKY && outside.begun.filter((n) => n === FLAKY).length === 1)) {
      throw new Error("no");
    }
    outside.ended.push(payload);
    res.end();
  });
  app.post("/jobs/:n", async (req, res) => {
    res.json(await Datastore.open().enqueue("t", Number(req.params["n"])));
  });
  return app.init();
}

async function sendAll(app: CrashedApp): Promise<void> {
  for (let n = 0; n < COUNT; n++) expect((await app.request("POST", `/jobs/${n}`)).status).toBe(200);
}

describe("jobs of a serial worker, whichever process dies at whichever call", () => {
  test("every accepted one runs or is given up after its attempts, none is lost, their order is kept", async () => {
    const report = await crashTest(serial, {
      outside: ledger,
      start: (app) => sendAll(app),
      act: (app) => app.advance("10m"),
      expect: (app, outside) => {
        expect(outside.faults).toEqual([]);
        for (let n = 0; n < COUNT; n++) expect(isOver(n, outside)).toBe(true);
        expect(app.jobs().filter(({ death }) => death === undefined)).toEqual([]);
        const dead = app.jobs().map(({ death, payload }) => [payload, death?.attempts]);
        expect(new Map(dead.map(([payload, attempts]) => [payload, attempts]))).toEqual(new Map([[POISON, 3]]));
      },
      effects: ({ ended }) => ended.map(String),
    });
    expect(report.effects).toEqual(["0", "1", "2", "4", "5"]);
    expect(report.deaths).toBe(report.calls.length * deaths.length);
    const operations = new Set(report.calls.map(({ operation }) => operation));
    expect([...operations].toSorted()).toEqual([
      "add-value",
      "bury-job",
      "get-value",
      "postpone-job",
      "remove",
      "send-jobs",
      "set-value",
    ]);
  });

  test("a worker that acts before its job is safe is found: this test can fail", async () => {
    const careless = (outside: Ledger): LambdaHandler => {
      const app = createApp();
      const memory: number[] = [];
      app.worker("t", async (req) => {
        // A bug: what is collected here dies with its process, and the job is done all the same.
        memory.push(req.body.payload);
        if (memory.length === COUNT) outside.ended.push(...memory);
      });
      app.post("/jobs/:n", async (req, res) => {
        res.json(await Datastore.open().enqueue("t", Number(req.params["n"])));
      });
      return app.init();
    };
    const run = crashTest(careless, { outside: ledger, start: sendAll, effects: ({ ended }) => ended.map(String) });
    await expect(run).rejects.toMatchObject({ code: "crash-difference" });
  });
});

describe("jobs of enqueueFromQuery", () => {
  test("are there for every document, whichever process dies at whichever call", async () => {
    const report = await crashTest(
      (outside: Ledger) => {
        const app = createApp();
        app.worker("t", (req) => void outside.ended.push(req.body.payload.n), { workers: 3 });
        app.post("/seed", async (_req, res) => {
          const data = Datastore.open();
          for (let n = 0; n < 5; n++) await data.replaceOne("c", String(n), { n }, { upsert: true });
          res.end();
        });
        app.post("/all", async (_req, res) => res.json(await Datastore.open().enqueueFromQuery("c", {}, "t")));
        return app.init();
      },
      {
        outside: ledger,
        start: (app) => app.request("POST", "/seed"),
        act: (app) => app.request("POST", "/all"),
        expect: (app) => expect(app.jobs()).toEqual([]),
        effects: ({ ended }) => ended.map(String),
      },
    );
    expect(report.effects).toEqual(["0", "1", "2", "3", "4"]);
  });
});
