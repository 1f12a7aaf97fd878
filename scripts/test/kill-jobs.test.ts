import { describe, expect, test, vi } from "vitest";
import { type JobNote, judgeJobs } from "../kill-jobs/judge-jobs.ts";
import { killJobs } from "../kill-jobs/kill-jobs.ts";

// A busy machine takes seconds to start a stack's processes, and each kill costs a visibility timeout.
vi.setConfig({ testTimeout: 180_000 });

test("jobs whose worker is killed with SIGKILL are all done, in the order of their lanes", async () => {
  const result = await killJobs({ jobs: 24, kills: 3, say: () => {} });
  expect(result).toMatchObject({ enqueued: 72, done: 72, lost: 0, left: 0, complaints: [] });
  // Two topics with one slot and one with four.
  expect(result.lanes).toBe(6);
  expect(result.executions).toBeGreaterThanOrEqual(72);
});

describe("the judge", () => {
  const waiting = ["a", "b", "c"].map((job) => ({ job, topic: "t", lane: "t.0" }));
  const notes = (text: string): readonly JobNote[] =>
    text.split(" ").map((word) => ({ topic: "t", job: word[1] ?? "", what: word[0] === "+" ? "begin" : "end" }));

  test.each([
    ["one after the other", "+a -a +b -b +c -c"],
    ["a job that was killed and begun again", "+a +a -a +b +b +b -b +c -c"],
    ["a job that was killed after its end", "+a -a +a -a +b -b +b +b -b +c -c"],
  ])("accepts %s", (_name, text) => {
    expect(judgeJobs(waiting, notes(text)).complaints).toEqual([]);
  });

  test.each([
    ["a job that never ended", "+a -a +b -b +c"],
    ["a job that overtakes", "+b -b +a -a +c -c"],
    ["a job that begins while another runs", "+a +b -a -b +c -c"],
    ["a job that comes again after its successor", "+a -a +b -b +a -a +c -c"],
    ["a job nobody enqueued", "+a -a +b -b +c -c +x -x"],
  ])("complains about %s", (_name, text) => {
    expect(judgeJobs(waiting, notes(text)).complaints).not.toEqual([]);
  });
});
