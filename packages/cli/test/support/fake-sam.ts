import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How it was called. */
export interface SamCall {
  readonly args: readonly string[];
  /** Its configuration file, and who may read that. */
  readonly config: string;
  readonly mode: number;
}

/**
 * A program called `sam` in this folder, which does of `sam deploy --no-execute-changeset` what others see: it makes a
 * change set with the template, or ends with a code before that. With `interrupts` somebody presses Ctrl-C while it runs. Answers how it was called last.
 */
export function fakeSam(folder: string, { exitCode = 0, changeSets = 1, interrupts = false } = {}): () => SamCall {
  const record = join(folder, "sam-call.json");
  const file = join(folder, "sam");
  writeFileSync(file, program(record, exitCode, changeSets, interrupts));
  chmodSync(file, 0o755);
  return () => JSON.parse(readFileSync(record, "utf8"));
}

/** CommonJS, as Node takes a file without an ending; its calls are not signed, which nobody checks here. */
function program(record: string, exitCode: number, changeSets: number, interrupts: boolean): string {
  return `#!${process.execPath}
const { readFileSync, statSync, writeFileSync } = require("node:fs");
const args = process.argv.slice(2);
const after = (option) => args[args.indexOf(option) + 1];
const config = after("--config-file");
writeFileSync(${JSON.stringify(record)}, JSON.stringify({ args, config: readFileSync(config, "utf8"), mode: statSync(config).mode & 0o777 }));
console.log("sam speaks");
const call = (form) => fetch(process.env.AWS_ENDPOINT_URL, { method: "POST", body: new URLSearchParams(form) });
const plan = async (index) => {
  const form = { Action: "CreateChangeSet", StackName: after("--stack-name"), ChangeSetName: "samcli-deploy" + index, TemplateBody: readFileSync(after("--template-file"), "utf8") };
  const made = await call({ ...form, ChangeSetType: "CREATE" });
  if (!made.ok) await call({ ...form, ChangeSetType: "UPDATE" });
};
(async () => {
  if (${interrupts}) {
    process.kill(process.ppid, "SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.exit(130);
  }
  if (${exitCode} !== 0) process.exit(${exitCode});
  for (let index = 0; index < ${changeSets}; index += 1) await plan(index);
})();
`;
}
