import { describe, expect, onTestFinished, test } from "vitest";
import { randomHex, systemClock, systemRandom } from "@stephooks/core";

describe("the machine's clock", () => {
  test("a timer fires", async () => {
    const fired = Promise.withResolvers<string>();
    systemClock.timer(0, () => fired.resolve("fired"));
    expect(await fired.promise).toBe("fired");
  });

  test("a cancelled timer does not fire, even when a later one of the same length does", async () => {
    const fired: string[] = [];
    const later = Promise.withResolvers<void>();
    const cancel = systemClock.timer(1, () => fired.push("cancelled"));
    systemClock.timer(1, later.resolve);
    cancel();
    await later.promise;
    expect(fired).toEqual([]);
  });

  test("a timer is Node's own where a host has put another into the global scope", async () => {
    const { setTimeout: original } = globalThis;
    onTestFinished(() => void Object.assign(globalThis, { setTimeout: original }));
    Object.assign(globalThis, { setTimeout: () => expect.unreachable() });
    const fired = Promise.withResolvers<string>();
    systemClock.timer(0, () => fired.resolve("fired"));
    expect(await fired.promise).toBe("fired");
  });

  test("time is in epoch milliseconds", () => {
    const before = Date.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  });
});

describe("chance", () => {
  test("random hexadecimal has two digits a byte", () => {
    expect(randomHex({ bytes: (count) => new Uint8Array(count).fill(10) }, 3)).toBe("0a0a0a");
  });

  test("the machine's randomness does not repeat", () => {
    expect(randomHex(systemRandom, 8)).not.toBe(randomHex(systemRandom, 8));
  });
});
