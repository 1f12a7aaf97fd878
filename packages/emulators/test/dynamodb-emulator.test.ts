import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { EmulatorError, rawRequest, startDynamodbEmulator } from "../src/index.ts";
import { stoppedAfterTest } from "./stopped-after-test.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const key = { AttributeName: "pk" };

async function createTable(endpoint: string, name: string): Promise<void> {
  await rawRequest(endpoint, "DynamoDB_20120810.CreateTable", {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ ...key, AttributeType: "S" }],
    KeySchema: [{ ...key, KeyType: "HASH" }],
  });
}

async function tables(endpoint: string): Promise<unknown> {
  return (await rawRequest<{ TableNames: string[] }>(endpoint, "DynamoDB_20120810.ListTables", {})).TableNames;
}

describe("an emulator in memory", () => {
  test("answers when the start settles, and no longer after stop, which may be called twice", async () => {
    const emulator = await stoppedAfterTest(startDynamodbEmulator());
    expect(await tables(emulator.endpoint)).toEqual([]);
    await emulator.stop();
    await emulator.stop();
    await expect(tables(emulator.endpoint)).rejects.toThrow();
  });

  test("shares nothing with others of the same process", async () => {
    const emulators = await Promise.all(Array.from({ length: 5 }, () => stoppedAfterTest(startDynamodbEmulator())));
    const [first, ...others] = emulators;
    await createTable(first?.endpoint ?? "", "only-here");
    expect(await Promise.all(others.map(({ endpoint }) => tables(endpoint)))).toEqual(others.map(() => []));
    expect(await tables(first?.endpoint ?? "")).toEqual(["only-here"]);
  });

  test("cannot be reached from outside the machine", async () => {
    const emulator = await stoppedAfterTest(startDynamodbEmulator());
    const { port } = new URL(emulator.endpoint);
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of outside) await expect(tables(`http://${address}:${port}`)).rejects.toThrow();
  });

  test("listens on the port it is given; a taken one fails with what to do", async () => {
    const first = await stoppedAfterTest(startDynamodbEmulator());
    const port = Number(new URL(first.endpoint).port);
    await expect(startDynamodbEmulator({ port })).rejects.toMatchObject({
      code: "did-not-start",
      message: expect.stringMatching(/already in use.*another port/s),
    });
    await first.stop();
    const second = await stoppedAfterTest(startDynamodbEmulator({ port }));
    expect(second.endpoint).toBe(first.endpoint);
  });
});

test("without its program the start fails in one line that names the way out", async () => {
  using directory = temporaryDirectory();
  const start = startDynamodbEmulator({ binary: join(directory.path, "dynoxide") });
  await expect(start).rejects.toBeInstanceOf(EmulatorError);
  await expect(start).rejects.toMatchObject({
    code: "binary-missing",
    message: expect.stringMatching(/^[^\n]*AWS_ENDPOINT_URL_DYNAMODB[^\n]*$/),
  });
});

test("a program that is not an emulator fails with what it printed", async () => {
  using directory = temporaryDirectory();
  const binary = join(directory.path, "dynoxide");
  writeFileSync(binary, "#!/bin/sh\necho no such command >&2\nexit 3\n", { mode: 0o755 });
  await expect(startDynamodbEmulator({ binary, port: 1 })).rejects.toMatchObject({
    code: "did-not-start",
    message: expect.stringContaining("no such command"),
  });
});

describe("an emulator with a data file", () => {
  test("keeps tables over stop and start, and forgets them when it starts fresh", async () => {
    using directory = temporaryDirectory();
    const dataFile = join(directory.path, "not", "yet", "there.sqlite");
    const first = await stoppedAfterTest(startDynamodbEmulator({ dataFile }));
    await createTable(first.endpoint, "kept");
    await first.stop();
    const second = await stoppedAfterTest(startDynamodbEmulator({ dataFile }));
    expect(await tables(second.endpoint)).toEqual(["kept"]);
    await second.stop();
    const third = await stoppedAfterTest(startDynamodbEmulator({ dataFile, fresh: true }));
    expect(await tables(third.endpoint)).toEqual([]);
    await third.stop();
    expect(existsSync(`${dataFile}.pid`)).toBe(false);
  });

  test("is not opened twice while the first one's parent lives", async () => {
    using directory = temporaryDirectory();
    const dataFile = join(directory.path, "data.sqlite");
    const emulator = await stoppedAfterTest(startDynamodbEmulator({ dataFile }));
    await expect(startDynamodbEmulator({ dataFile, fresh: true })).rejects.toMatchObject({ code: "data-in-use" });
    expect(await tables(emulator.endpoint)).toEqual([]);
  });

  test.skipIf(process.platform !== "linux")(
    "ends the one that a killed parent left behind, and keeps its data (needs /proc)",
    async () => {
      using directory = temporaryDirectory();
      const dataFile = join(directory.path, "data.sqlite");
      const orphan = await leaveOrphan(dataFile);
      await createTable(orphan, "written-by-orphan");
      const emulator = await stoppedAfterTest(startDynamodbEmulator({ dataFile }));
      await expect(tables(orphan)).rejects.toThrow();
      expect(await tables(emulator.endpoint)).toEqual(["written-by-orphan"]);
      await emulator.stop();
    },
  );

  test("leaves another program alone that has the noted id and even names the data file", async () => {
    using directory = temporaryDirectory();
    const dataFile = join(directory.path, "data.sqlite");
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", dataFile]);
    onTestFinished(() => void other.kill("SIGKILL"));
    await once(other, "spawn");
    writeFileSync(`${dataFile}.pid`, `${other.pid} 1\n`);
    const emulator = await stoppedAfterTest(startDynamodbEmulator({ dataFile }));
    expect(other.signalCode).toBeNull();
    expect(readFileSync(`${dataFile}.pid`, "utf8")).toMatch(new RegExp(`^\\d+ ${process.pid}\\n$`));
    await emulator.stop();
  });

  test.each(["", "garbage", "12", "-1 1"])("does not stumble over a pid file that holds %j", async (content) => {
    using directory = temporaryDirectory();
    const dataFile = join(directory.path, "data.sqlite");
    writeFileSync(`${dataFile}.pid`, content);
    await (await startDynamodbEmulator({ dataFile })).stop();
  });
});

async function leaveOrphan(dataFile: string): Promise<string> {
  const script = join(import.meta.dirname, "leave-orphan.ts");
  const run = promisify(execFile)(process.execPath, ["--conditions=source", script, dataFile]);
  const killed: { readonly signal?: string; readonly stdout?: string } = await run.catch((error: object) => error);
  expect(killed.signal).toBe("SIGKILL");
  return String(killed.stdout).trim();
}
