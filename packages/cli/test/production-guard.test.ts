import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram } from "../src/program.ts";
import { emptyFolder } from "./support/created-app.ts";
import { runCommand } from "./support/run-command.ts";

/** Each verb that changes something in a running app, with what it needs to be called at all. */
const writing: readonly (readonly [verb: string, ...args: readonly string[]])[] = [
  ["workflow start", "order"],
  ["workflow retry", "x"],
  ["workflow cancel", "x"],
  ["workflow resume", "x"],
  ["queue redrive", "jobs"],
  ["queue purge", "jobs"],
  ["job run", "nightly"],
  ["db import", "orders", "orders.jsonl"],
  ["kv set", "banner", "text"],
  ["kv del", "banner"],
  ["files put", "a.txt"],
  ["files rm", "a.txt"],
  ["token add", "shop"],
  ["token remove", "3f79bb7b"],
];

/** Nobody listens there: whoever gets past the guard is told that CloudFormation does not answer. */
const env = {
  AWS_ENDPOINT_URL_CLOUDFORMATION: "http://127.0.0.1:9",
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "nobody",
  AWS_SECRET_ACCESS_KEY: "nothing",
};
const run = (...words: readonly string[]) => runCommand(words, { cwd: emptyFolder(), env });

test("every verb that may need --write is known here", () => {
  const withWrite = (command: Command, words: readonly string[] = []): readonly string[] =>
    command.commands.flatMap((sub) => {
      const name = [...words, sub.name()];
      const own = sub.options.some(({ long }) => long === "--write") ? [name.join(" ")] : [];
      return [...own, ...withWrite(sub, name)];
    });
  expect(withWrite(createProgram()).toSorted()).toEqual(writing.map(([verb]) => verb).toSorted());
});

describe.each(writing)("%s", (verb, ...args) => {
  test("is refused in production before anybody is asked", async () => {
    const program = createProgram();
    const words = [...verb.split(" "), ...args, "--stage", "prod"];
    await expect(program.parseAsync(words, { from: "user" })).rejects.toMatchObject({
      code: "needs-write",
      message: "prod is production, and this changes things there: add --write.",
    });
  });
});

test.each([
  ["--stage", "Production"],
  ["--stack", "shop-prod"],
  ["--stage", "test", "--stack", "acme-production"],
])("%s %s %s %s is production: exit code 2", async (...target) => {
  const refused = await run("workflow", "cancel", "x", ...target, "--yes");
  expect(refused).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/^needs-write: .*--write/) });
  const json = await run("workflow", "cancel", "x", ...target, "--json");
  expect([json.code, JSON.parse(json.stdout)]).toMatchObject([2, { error: { code: "needs-write" } }]);
});

test.each([
  ["workflow", "cancel", "x", "--stage", "prod", "--write"],
  ["workflow", "cancel", "--all", "order", "--stage", "prod", "--dry-run"],
  ["workflow", "show", "x", "--stage", "prod"],
  ["workflow", "cancel", "x", "--stage", "reproduction"],
  ["workflow", "cancel", "x", "--stage", "test", "--stack", "prod-tests"],
  ["workflow", "cancel", "x"],
])("%s %s %s %s %s %s is let through", async (...words) => {
  const { code, stderr } = await run(...words.filter((word) => word !== undefined));
  expect([code, stderr]).toEqual([1, expect.not.stringContaining("needs-write")]);
});
