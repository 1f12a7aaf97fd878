import { expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { appWorld, coded } from "../support/app-world.ts";

function twoWorkflows(collectionName: string) {
  const app = createApp();
  const mine = app.createWorkflow("mine", "Waits", { only: async (_state, _goto, wait) => wait() });
  const other = app.createWorkflow(
    "other",
    "Has no part in it",
    { only: async (_state, goto) => goto(null) },
    { collectionName },
  );
  return { mine, other, world: appWorld(app.init()) };
}

/** Every function of a workflow that takes an id. */
const functions: Readonly<
  Record<string, (workflow: ReturnType<typeof twoWorkflows>["other"], id: string) => Promise<unknown>>
> = {
  getState: (workflow, id) => workflow.getState(id),
  getStepsStatus: (workflow, id) => workflow.getStepsStatus(id),
  getWorkflowStatus: (workflow, id) => workflow.getWorkflowStatus(id),
  inspect: (workflow, id) => workflow.inspect(id),
  getHistory: (workflow, id) => workflow.getHistory(id),
  updateState: (workflow, id) => workflow.updateState(id, {}),
  setState: (workflow, id) => workflow.setState(id, { state: {} }),
  continue: (workflow, id) => workflow.continue(id),
  cancelWorkflow: (workflow, id) => workflow.cancelWorkflow(id),
  cancelSteps: (workflow, id) => workflow.cancelSteps(id),
  retry: (workflow, id) => workflow.retry(id),
  pause: (workflow, id) => workflow.pause(id),
  resume: (workflow, id) => workflow.resume(id),
  createProgressToken: (workflow, id) => workflow.createProgressToken(id),
};

test.each(Object.entries(functions))("%s does not know an instance of another collection", async (_name, call) => {
  const { mine, other, world } = twoWorkflows("others");
  await mine.start({}, { id: "i" });
  await world.run();
  const before = await mine.inspect("i");
  await expect(call(other, "i")).rejects.toEqual(coded("unknown-instance"));
  await world.run();
  expect(await mine.inspect("i")).toEqual(before);
});

test("workflows of one collection know each other's instances, as with codehooks", async () => {
  const { mine, other, world } = twoWorkflows("workflowdata");
  await mine.start({}, { id: "i" });
  await world.run();
  expect(await other.getState("i")).toMatchObject({ _id: "i", workflowName: "mine" });
});

test("a token for progress is made by the instance's own workflow only", async () => {
  const { mine, other, world } = twoWorkflows("workflowdata");
  await mine.start({}, { id: "i" });
  await world.run();
  await expect(other.createProgressToken("i")).rejects.toEqual(coded("unknown-instance"));
});
