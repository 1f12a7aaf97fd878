import { describe, expect, test, vi } from "vitest";
import { leaves } from "./support/leaves.ts";
import { runCommand } from "./support/run-command.ts";
import { greetingApp, temporaryApp } from "./support/temporary-app.ts";

/* 0 done, 1 failed, 2 wrong usage, as a shell sees them; an error has a code and says what to do, also as JSON. */

vi.setConfig({ testTimeout: 120_000 });

const stuck = greetingApp.replace(
  "export default",
  'app.createWorkflow("w", "", { a: async (_s, goto) => goto("b") });\nexport default',
);
const well = { "index.ts": greetingApp };

describe("0: done", () => {
  test.each(["--help", "--version", "help queue", "check", "routes", "graph", "completion zsh"])(
    "stephooks %s",
    async (words) => {
      const { code, stderr } = await runCommand(words.split(" "), { cwd: temporaryApp(well) });
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/^[a-z-]+: /) });
    },
  );
});

describe("1: failed", () => {
  test.each([
    { args: ["check"], files: { "index.ts": stuck }, code: undefined },
    { args: ["doctor"], files: well, code: undefined },
    { args: ["build"], files: { "index.ts": "const a = ;" }, code: "build-failed" },
    { args: ["routes"], files: { "index.ts": "export const nothing = 1;" }, code: "no-handler" },
    { args: ["create", "."], files: well, code: "folder-not-empty" },
    { args: ["init"], files: well, code: "file-exists" },
    { args: ["kv", "get", "a"], files: well, code: "not-running" },
    { args: ["logs"], files: well, code: "not-running" },
    { args: ["queue", "purge", "steps", "--yes"], files: well, code: "not-running" },
    { args: ["diff", "--stage", "prod"], files: well, code: "not-signed-in" },
  ])("stephooks $args", async ({ args, code, files }) => {
    const cwd = temporaryApp(files);
    const nobody = { AWS_PROFILE: "nobody", AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };
    const env = { ...nobody, AWS_EC2_METADATA_DISABLED: "true", AWS_REGION: "eu-central-1" };
    const [plain, json] = await Promise.all([
      runCommand(args, { cwd, env }),
      runCommand([...args, "--json"], { cwd, env }),
    ]);
    expect([plain.code, json.code]).toEqual([1, 1]);
    const data: unknown = JSON.parse(json.stdout);
    if (code === undefined) return;
    expect(plain).toMatchObject({ stdout: "", stderr: expect.stringMatching(new RegExp(`^${code}: .{20}`)) });
    expect(json.stderr).toBe("");
    expect(data).toEqual({ error: { code, message: expect.any(String) } });
  });
});

describe("2: wrong usage", () => {
  test.each([
    { args: ["bild"], says: "unknown command 'bild'. Did you mean build? See stephooks --help." },
    { args: ["queue", "purg"], says: "unknown command 'purg'. Did you mean purge? See stephooks queue --help." },
    { args: ["build", "--out"], says: "option '--out <folder>' argument missing. See stephooks build --help." },
    { args: ["kv", "get"], says: "missing required argument 'key'. See stephooks kv get --help." },
    { args: ["kv", "get", "a", "b"], says: /^too many arguments .* See stephooks kv get --help\.$/ },
    { args: ["graph", "--format", "png"], says: /Allowed choices are mermaid, svg, dot, json\. See stephooks graph/ },
    { args: ["workflow", "list", "--status", "done"], says: /^--status done is no status: give one of running, / },
    { args: ["workflow", "cancel"], says: /^Give ids of instances, or --all <workflow>/ },
    { args: ["create", "x", "--template", "blog"], says: /Choose one of blank, / },
    { args: ["dev", "--port", "http"], says: /^--port http is no port/ },
    { args: ["logs", "--since", "noon"], says: /^--since noon is no duration: give 10m, 2h or 3d\.$/ },
    { args: ["deploy", "--stage", "no such"], says: /stage/ },
  ])("stephooks $args", async ({ args, says }) => {
    const cwd = temporaryApp(well);
    const [plain, json] = await Promise.all([runCommand(args, { cwd }), runCommand([...args, "--json"], { cwd })]);
    expect(plain).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/^bad-usage: [^\n]+\n$/) });
    const message = plain.stderr.trimEnd().replace("bad-usage: ", "");
    if (typeof says === "string") expect(message).toBe(says);
    else expect(message).toMatch(says);
    if (args.at(-1) === "--out") return;
    expect(json).toMatchObject({ code: 2, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: "bad-usage" } });
  });

  test("every command refuses an option it does not have", async () => {
    // As many at a time as keep two cores busy.
    const left = [...leaves];
    const refused: string[] = [];
    const work = async (): Promise<void> => {
      for (let leaf = left.shift(); leaf !== undefined; leaf = left.shift()) {
        const { code, stderr, stdout } = await runCommand([...leaf.words.split(" "), "--halp"]);
        expect({ code, stdout }, leaf.words).toEqual({ code: 2, stdout: "" });
        expect(stderr, leaf.words).toMatch(/^bad-usage: /);
        refused.push(leaf.words);
      }
    };
    await Promise.all([work(), work(), work()]);
    expect(refused).toHaveLength(leaves.length);
  });
});
