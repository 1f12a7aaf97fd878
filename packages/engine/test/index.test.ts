import * as engine from "@stephooks/engine";
import * as background from "@stephooks/engine/background";
import { expect, test } from "vitest";

test("the package exports these values and no others", () => {
  expect(Object.keys(engine).toSorted()).toEqual([
    "EngineError",
    "cancelInstance",
    "continueInstance",
    "defineWorkflow",
    "definitionOf",
    "historyOf",
    "inspectInstance",
    "instanceDocument",
    "mintProgressToken",
    "pauseInstance",
    "readByToken",
    "readHistory",
    "readInstance",
    "replaceState",
    "resumeByToken",
    "resumeInstance",
    "retryInstance",
    "startInstance",
    "startInstanceLater",
    "updateInstance",
    "watchedInstance",
  ]);
});

test("what works on messages is an entry point of its own", () => {
  expect(Object.keys(background).toSorted()).toEqual(["createDeadLetterDrain", "createWorker", "nextSweep", "sweep"]);
});
