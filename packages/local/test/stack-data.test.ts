import { expect, test } from "vitest";
import { ask, startInstance, statusOf, untilCompleted } from "./support/ask.ts";
import { stackOfTest } from "./support/started-stack.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

test("a folder keeps instances and messages over stop and start; fresh forgets them, once", async () => {
  const dataDir = temporaryFolder();
  const first = await stackOfTest({ dataDir });
  const ended = await startInstance(first.url);
  await untilCompleted(first.url, [ended]);
  const begun = await startInstance(first.url);
  await first.stop();

  const second = await stackOfTest({ dataDir });
  expect(await statusOf(second.url, ended)).toBe("completed");
  await untilCompleted(second.url, [ended, begun]);
  await second.stop();

  const third = await stackOfTest({ dataDir, fresh: true });
  expect(await ask(`${third.url}/instances/${ended}`)).toMatchObject({ status: 404 });
  const after = await startInstance(third.url);
  await third.kill("emulators");
  await third.restart("emulators");
  expect(await ask(`${third.url}/instances/${after}`)).toMatchObject({ status: 200 });
});
