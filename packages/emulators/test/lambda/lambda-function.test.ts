import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type FunctionAnswer, type LambdaFunction, startLambdaFunction } from "../../src/index.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

/** A function of this code, in `index.mjs`. */
function functionOf(source: string, options: { handler?: string; timeout?: number; concurrency?: number } = {}) {
  const directory = temporaryDirectory();
  writeFileSync(join(directory.path, "index.mjs"), source);
  const running = startLambdaFunction({
    name: "tested",
    code: directory.path,
    handler: "index.handler",
    variables: { GIVEN: "yes" },
    timeout: 10,
    memorySize: 256,
    output: "ignore",
    ...options,
  });
  onTestFinished(async () => {
    await running.stop();
    directory[Symbol.dispose]();
  });
  return running;
}

async function textOf({ body }: FunctionAnswer): Promise<string> {
  let text = "";
  for await (const chunk of body) text += Buffer.from(chunk).toString("utf8");
  return text;
}

async function answerOf(running: LambdaFunction, event: unknown = {}): Promise<unknown> {
  return JSON.parse(await textOf(await running.invoke(event)));
}

test("the handler gets the event and a context, and its result is the answer", async () => {
  const running = functionOf(`export const handler = async (event, context) => ({
    event, name: context.functionName, arn: context.invokedFunctionArn, id: context.awsRequestId,
    left: context.getRemainingTimeInMillis() });`);
  const answer = await answerOf(running, { hello: "world" });
  expect(answer).toMatchObject({
    event: { hello: "world" },
    name: "tested",
    arn: "arn:aws:lambda:us-east-1:000000000000:function:tested",
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  const { left } = answer as { left: number };
  expect(left).toBeGreaterThan(5_000);
  expect(left).toBeLessThanOrEqual(10_000);
});

test("the process has the given variables and Lambda's own, and none of this process's", async () => {
  const running = functionOf("export const handler = async () => ({ ...process.env, cwd: process.cwd() });");
  process.env["OF_THE_TEST"] = "1";
  onTestFinished(() => void delete process.env["OF_THE_TEST"]);
  const variables = (await answerOf(running)) as Record<string, string>;
  expect(variables).toMatchObject({
    GIVEN: "yes",
    AWS_LAMBDA_FUNCTION_NAME: "tested",
    AWS_REGION: "us-east-1",
    _HANDLER: "index.handler",
    NODE_PATH: "",
  });
  expect(variables["LAMBDA_TASK_ROOT"]).toBe(variables["cwd"]);
  expect(
    Object.keys(variables)
      .filter((name) => !/^(?:_?AWS_|_HANDLER|LAMBDA_|_X_AMZN)/.test(name))
      .toSorted(),
  ).toEqual(["GIVEN", "LANG", "NODE_PATH", "PATH", "TZ", "cwd"]);
});

test("nothing that is beside the code can be imported", async () => {
  const running = functionOf(`export const handler = async () => import("fauxqs").then(() => "found", (e) => e.code);`);
  expect(await answerOf(running)).toBe("ERR_MODULE_NOT_FOUND");
});

test("one process serves one invocation after the other; invocations at the same time get one each", async () => {
  const running = functionOf(`let count = 0; export const handler = async ({ wait }) => {
    await new Promise((resolve) => setTimeout(resolve, wait)); return { pid: process.pid, count: ++count }; };`);
  const first = await answerOf(running, { wait: 0 });
  expect(await answerOf(running, { wait: 0 })).toEqual({ ...(first as object), count: 2 });
  const both = (await Promise.all([answerOf(running, { wait: 300 }), answerOf(running, { wait: 300 })])) as {
    pid: number;
  }[];
  expect(new Set(both.map(({ pid }) => pid)).size).toBe(2);
});

test("with a concurrency of one an invocation waits for the one before", async () => {
  const running = functionOf(
    "let busy = 0; export const handler = async () => { busy += 1; const seen = busy; await null; busy -= 1; return [seen, process.pid]; };",
    { concurrency: 1 },
  );
  const answers = await Promise.all([answerOf(running), answerOf(running), answerOf(running)]);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
});

test("an error of the handler fails the invocation with its name and text, and the process goes on", async () => {
  const running = functionOf(
    `export const handler = async ({ bad }) => { if (bad) throw new RangeError("too far"); return process.pid; };`,
  );
  const pid = await answerOf(running);
  await expect(running.invoke({ bad: true })).rejects.toMatchObject({
    code: "invocation-failed",
    message: "RangeError: too far",
    details: { errorType: "RangeError" },
  });
  expect(await answerOf(running)).toBe(pid);
});

test.each([
  { when: "the module throws", source: `throw new Error("no setting");`, errorType: "Error" },
  { when: "the module has a syntax error", source: "const;", errorType: "SyntaxError" },
  { when: "there is no such export", source: "export const other = 1;", errorType: "Runtime.HandlerNotFound" },
  {
    when: "the export is in a function's properties",
    source: "export const handler = () => {}; handler.more = () => {};",
    handler: "index.handler.more",
    errorType: "Runtime.HandlerNotFound",
  },
  { when: "there is no such module", source: "", handler: "main.handler", errorType: "Runtime.ImportModuleError" },
  {
    when: "the process ends",
    source: "export const handler = async () => process.exit(3);",
    errorType: "Runtime.ExitError",
  },
])(
  "the invocation fails when $when, and the next one gets a process of its own",
  async ({ errorType, handler, source }) => {
    const running = functionOf(source, handler === undefined ? {} : { handler });
    for (const _ of [1, 2]) await expect(running.invoke({})).rejects.toMatchObject({ details: { errorType } });
  },
);

test("an invocation that takes too long fails, and its process is not used again", async () => {
  const running = functionOf(
    `export const handler = async ({ hang }) => hang ? new Promise(() => setInterval(() => {}, 1e3)) : process.pid;`,
    { timeout: 0.3 },
  );
  const pid = await answerOf(running);
  await expect(running.invoke({ hang: true })).rejects.toMatchObject({ details: { errorType: "Sandbox.Timedout" } });
  expect(await answerOf(running)).not.toBe(pid);
});

test("an answer of more than 6 MB is refused", async () => {
  const running = functionOf(`export const handler = async ({ size }) => "x".repeat(size);`);
  expect(await answerOf(running, { size: 6_000_000 })).toHaveLength(6_000_000);
  await expect(running.invoke({ size: 6_291_455 })).rejects.toMatchObject({
    details: { errorType: "Function.ResponseSizeTooLarge" },
  });
});

const streaming = `export const handler = awslambda.streamifyResponse(async ({ breaks }, stream) => {
  stream.setContentType("text/plain");
  stream.write("first ");
  await new Promise((resolve) => setTimeout(resolve, 50));
  if (breaks) throw new TypeError("broke off");
  stream.write("second");
  stream.end();
});`;

test("a streamed answer comes as it is written, with its media type", async () => {
  const answer = await functionOf(streaming).invoke({});
  expect(answer).toMatchObject({ mode: "streaming", contentType: "text/plain" });
  expect(await textOf(answer)).toBe("first second");
});

test("a streamed answer that breaks off says why, and the process goes on", async () => {
  const running = functionOf(streaming);
  await expect(textOf(await running.invoke({ breaks: true }))).rejects.toMatchObject({
    details: { errorType: "TypeError" },
    message: "TypeError: broke off",
  });
  expect(await textOf(await running.invoke({}))).toBe("first second");
});

test("a warm-up starts a process and tells how long it took to load", async () => {
  const running = functionOf(
    "await new Promise((resolve) => setTimeout(resolve, 200)); const at = Date.now(); export const handler = async () => at;",
  );
  expect((await running.warmUp()).milliseconds).toBeGreaterThan(200);
  const before = Date.now();
  expect(await answerOf(running)).toBeLessThan(before);
});

test("after stop nothing answers, and the copy of the code is gone", async () => {
  const running = functionOf("export const handler = async () => process.cwd();");
  const folder = await answerOf(running);
  await running.stop();
  await running.stop();
  const { existsSync } = await import("node:fs");
  expect(existsSync(String(folder))).toBe(false);
});
