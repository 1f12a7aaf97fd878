import { AsyncLocalStorage } from "node:async_hooks";
import { memoryApiKeyStore, memoryAppPorts } from "@stephooks/contracts";
import { describe, expect, test } from "vitest";
import { portsOnDemand, type ServicePorts } from "../src/host/ports-on-demand.ts";

const memory = (): ServicePorts => ({ ...memoryAppPorts(), apiKeys: memoryApiKeyStore() });

function loading(outcomes: readonly (ServicePorts | Error)[]) {
  const contexts: unknown[] = [];
  const ports = portsOnDemand(async () => {
    contexts.push(invocation.getStore());
    const outcome = outcomes[contexts.length - 1];
    if (outcome === undefined || outcome instanceof Error) throw outcome ?? new Error("loaded too often");
    return outcome;
  });
  return { contexts, ports };
}

const invocation = new AsyncLocalStorage<string>();

describe("ports that are loaded on demand", () => {
  test("are not loaded before the first call, and once for all calls", async () => {
    const { contexts, ports } = loading([memory()]);
    expect(contexts).toHaveLength(0);
    const [value] = await Promise.all([
      ports.keyValues.get({ keyspace: "", key: "k" }),
      ports.documents.newId("c"),
      ports.queue.backlog(),
      ports.apiKeys.find("0".repeat(64)),
    ]);
    expect(value).toBeUndefined();
    expect(contexts).toHaveLength(1);
  });

  test("are loaded outside of the invocation that needs them first: its end is not theirs", async () => {
    const { contexts, ports } = loading([memory()]);
    await invocation.run("first", () => ports.index.due(0, 0, 1));
    expect(contexts).toEqual([undefined]);
  });

  test("that could not be loaded are loaded again by the next call", async () => {
    const { ports } = loading([new Error("no such chunk"), memory()]);
    await expect(ports.documents.read("c", ["x"])).rejects.toThrow("no such chunk");
    expect(await ports.documents.read("c", ["x"])).toEqual(new Map());
  });

  test("answer what the ports behind them answer, pages of a list included", async () => {
    const behind = memory();
    const { ports } = loading([behind]);
    const pages: unknown[] = [];
    await ports.keyValues.set({ keyspace: "s", key: "a" }, { n: 1 });
    for await (const page of ports.keyValues.list("s", "", true)) pages.push(...page);
    expect(pages).toEqual([{ key: "a", value: { n: 1 } }]);
    const { ok } = await ports.documents.write({
      collection: "c",
      id: "i",
      document: { _id: "i" },
      expected: undefined,
    });
    expect(ok).toBe(true);
    expect((await behind.documents.read("c", ["i"])).has("i")).toBe(true);
  });

  test("refuse jobs where no queue is for them", async () => {
    const { ports } = loading([{ ...memory(), jobs: undefined }]);
    for (let turn = 0; turn < 2; turn += 1) {
      await expect(ports.jobs?.postpone("receipt", 1)).rejects.toMatchObject({ code: "missing-resource" });
    }
  });
});
