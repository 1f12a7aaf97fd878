import { memoryAppPorts } from "@stephooks/contracts";
import { sampleHead } from "@stephooks/contracts/suites";
import type { HistoryEntry } from "@stephooks/core";
import { expect, test } from "vitest";
import { everyEntry } from "../src/workflow/every-entry.ts";
import { listPage } from "../src/workflow/list-page.ts";

test("a cursor of another list is refused, and begins no list anew", async () => {
  const ports = memoryAppPorts();
  for (let index = 0; index < 3; index += 1) await ports.instances.create(sampleHead({ workflow: "refunds" }));
  const query = { statuses: [], where: {} };
  const page = await listPage({ ...query, workflows: ["refunds"] }, { limit: 2 }, ports);
  expect(page.instances).toHaveLength(2);
  const { cursor = "" } = page;
  await expect(listPage({ ...query, workflows: ["orders"] }, { limit: 2, cursor }, ports)).rejects.toMatchObject({
    code: "bad-usage",
    message: expect.stringContaining("--cursor"),
  });
});

test("what was committed since the last look is read to its end, however much it is", async () => {
  const ports = memoryAppPorts();
  const entry = (seq: number): HistoryEntry => ({
    seq,
    step: "charge",
    attempt: 1,
    outcome: "goto",
    startedAt: seq,
    duration: 0,
  });
  const all = Array.from({ length: 2_500 }, (_, index) => entry(index + 1));
  const head = sampleHead({ seq: 2_500, fullHistory: true, history: all.slice(-16) });
  await ports.instances.create(head);
  await ports.history.append(head.id, all.slice(0, -16));
  expect((await everyEntry(head.id, ports)).map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq));
  expect((await everyEntry(head.id, ports, 700)).map(({ seq }) => seq)).toEqual(all.slice(700).map(({ seq }) => seq));
});
