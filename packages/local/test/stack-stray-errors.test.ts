import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ask } from "./support/ask.ts";
import { fixture, stackOfTest } from "./support/started-stack.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

test("errors that no promise carries end their own request only", async () => {
  const gate = join(temporaryFolder(), "gate");
  const stack = await stackOfTest({ bundle: fixture("stray-app.ts"), environment: { STRAY_APP_GATE: gate } });
  const first = await ask(`${stack.url}/pid`);
  const slow = await fetch(`${stack.url}/slow`);
  for (const [path, reason] of [
    ["/timer", "timer threw"],
    ["/callback", "callback threw"],
    ["/rejection", "nobody awaited"],
  ]) {
    const { status, body } = await ask(`${stack.url}${path}`);
    expect({ path, status }).toEqual({ path, status: 500 });
    expect(body).toMatchObject({ error: { code: "uncaught-error", message: expect.stringContaining(String(reason)) } });
  }
  expect(await ask(`${stack.url}/after`)).toEqual({ status: 200, body: { sent: true } });
  expect(await ask(`${stack.url}/pid`)).toEqual(first);
  writeFileSync(gate, "");
  expect(await slow.text()).toBe("begun whole");
});
