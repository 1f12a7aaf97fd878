import type { DeploymentPlan } from "./plan-deployment.ts";
import { planText } from "./plan-text.ts";

/** A plan for people. With `all` also what stays as it is. */
export function planAsText(plan: DeploymentPlan, all: boolean): string {
  const { lines, notes, seen, steps, target } = plan;
  const place = seen && `account ${seen.identity.account}, ${seen.identity.region}`;
  const head = [`stack ${target.stack}`, ...(place === undefined ? [] : [place])].join(", ");
  const body = planText(lines, { compared: seen !== undefined, all });
  const removed = steps.removed.map(
    ({ step, workflow }) => `  ${workflow}: ${step}${liveText(plan, workflow, step)}\n`,
  );
  return [
    `${target.app}${target.stage === "" ? "" : `, stage ${target.stage}`} (${head})\n${stateText(plan)}`,
    ...(body === "" ? ["Nothing but the code changes.\n"] : [body]),
    ...(removed.length === 0 ? [] : [`Steps removed or renamed\n${removed.join("")}`]),
    ...notes.map((note) => `${note}\n`),
  ].join("\n");
}

function stateText({ seen }: DeploymentPlan): string {
  if (seen === undefined) return "";
  return seen.deployed === undefined
    ? "Nothing is deployed there: all of it is new.\n"
    : `Compared with what is deployed (${seen.deployed.stack.status}): + new, - goes, ~ changes.\n`;
}

function liveText({ steps }: DeploymentPlan, workflow: string, step: string): string {
  const live = steps.live.find((each) => each.workflow === workflow && each.step === step);
  return live === undefined
    ? ""
    : `, ${live.instances} live ${live.instances === 1 ? "instance stands" : "instances stand"} on it`;
}

/** The same as data. */
export function planAsData({ lines, notes, seen, steps, target }: DeploymentPlan): object {
  const { app, stack, stage } = target;
  return {
    ...{ app, stage, stack },
    ...(seen === undefined
      ? { compared: false }
      : {
          compared: true,
          account: seen.identity.account,
          region: seen.identity.region,
          status: seen.deployed?.stack.status ?? null,
        }),
    ...lines,
    removedSteps: steps.removed.map((removed) => ({
      ...removed,
      instances:
        steps.live.find(({ step, workflow }) => step === removed.step && workflow === removed.workflow)?.instances ?? 0,
    })),
    notes,
  };
}
