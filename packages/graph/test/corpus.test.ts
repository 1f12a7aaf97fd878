import { expect, test } from "vitest";
import { analyse, levelOf } from "@stephooks/graph";
import { inWords, readCorpus } from "./support/read-corpus.ts";

const corpus = readCorpus();

test("the corpus has many workflows, nearly half of them broken", () => {
  const broken = corpus.filter(({ expected }) => expected.some((line) => line.startsWith("!")));
  expect(corpus.length).toBeGreaterThan(240);
  expect(broken.length).toBeGreaterThan(100);
});

test("no two workflows of the corpus are called the same", () => {
  expect(new Set(corpus.map(({ title }) => title)).size).toBe(corpus.length);
});

test.each(corpus)("$title", ({ expected, files }) => {
  const [entry = ""] = files.keys();
  const analysis = analyse([entry], (path) => files.get(path));
  expect(inWords(analysis).toSorted()).toEqual(expected.toSorted());
});

test("what is told of every broken workflow names a step, a place and what to do", () => {
  for (const { files } of corpus) {
    const [entry = ""] = files.keys();
    const { findings, workflows } = analyse([entry], (path) => files.get(path));
    for (const { code, column, file, line, message, workflow } of findings) {
      expect(files.has(file)).toBe(true);
      expect((files.get(file) ?? "").split("\n").length).toBeGreaterThanOrEqual(line);
      expect(column).toBeGreaterThan(0);
      expect(workflows.map(({ name }) => name)).toContain(workflow);
      expect(message).toMatch(/\. .+[.]$/s);
      expect(["error", "warning"]).toContain(levelOf(code));
    }
  }
});
