import { expect, test } from "vitest";
import { analyse } from "../src/index.ts";

test.each([
  ["that is not there", undefined, /There is no app\.ts\. Name a source file\./],
  ["that cannot be parsed", "app.createWorkflow(;", /app\.ts:1:20 cannot be parsed: .+\. Correct it\./],
])("a file %s is told by its name", (_which, text, says) => {
  expect(() => analyse(["app.ts"], () => text)).toThrow(
    expect.objectContaining({ code: "unreadable-source", message: expect.stringMatching(says) }),
  );
});
