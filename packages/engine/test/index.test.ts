import * as engine from "@stephooks/engine";
import { expect, test } from "vitest";

test("the package exports these values and no others", () => {
  expect(Object.keys(engine).toSorted()).toEqual([
    "EngineError",
    "cancelInstance",
    "continueInstance",
    "createDeadLetterDrain",
    "createWorker",
    "defineWorkflow",
    "definitionOf",
    "historyOf",
    "inspectInstance",
    "instanceDocument",
    "mintProgressToken",
    "nextSweep",
    "pauseInstance",
    "readHistory",
    "readInstance",
    "replaceState",
    "resumeByToken",
    "resumeInstance",
    "retryInstance",
    "startInstance",
    "startInstanceLater",
    "sweep",
    "updateInstance",
    "watchedInstance",
  ]);
});
