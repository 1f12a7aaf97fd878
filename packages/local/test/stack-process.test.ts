import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { forkProcess, startProcess } from "../src/stack-process.ts";

const bundle = fileURLToPath(new URL("fixtures/laps-app.ts", import.meta.url));

test("what a process leaves behind is ended once: later its number may be somebody else's", async () => {
  const started = await startProcess(
    "manifest",
    { STEPHOOKS_LOCAL_MANIFEST: bundle },
    forkProcess("manifest", "ignore"),
  );
  const kill = vi.spyOn(process, "kill");
  onTestFinished(() => kill.mockRestore());
  await started.stop();
  expect(kill.mock.calls).toEqual([[-started.pid, "SIGKILL"]]);
  await started.stop();
  expect(kill).toHaveBeenCalledTimes(1);
});
