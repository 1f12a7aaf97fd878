import { answerKey, repairKey, type Shape, type ShapeStep } from "./shape.ts";

/**
 * A shape as a developer would write it: a module whose steps do what {@link shapeWorkflow} has them do. It imports what
 * surrounds them: `work`, `mailed`, and `keys`, what a step adds to the state.
 */
export function shapeSource({ name, options, steps }: Shape): string {
  const bodies = Object.entries(steps).map(([step, what]) => `  ${step}: ${functionText(step, what)},\n`);
  return `import { app } from "stephooks";
import { keys, mailed, work } from "./surroundings.mjs";

app.createWorkflow(${text(name)}, ${text(name)}, {
${bodies.join("")}}, ${JSON.stringify({ history: "changes", ...options })});
`;
}

function functionText(name: string, step: ShapeStep): string {
  return `async (document, goto, wait, context) => {
    const state = { ...document };
    await work(context, document);
    const left = () => ({ ...state, ...keys(${text(name)}, state, context.attempt) });
    ${bodyText(name, step)}
  }`;
}

function bodyText(name: string, step: ShapeStep): string {
  const throws = `throw new RangeError(${text(`${name} fails`)});`;
  switch (step.kind) {
    case "plain":
    case "wide":
    case "large":
      return `return goto(${text(step.next)}, left());`;
    case "choice":
      return `return goto(Number(state.given) % 2 === 0 ? ${text(step.even)} : ${text(step.odd)}, left());`;
    case "loop":
      return `return goto(Number(state.${name} ?? 0) + 1 < ${step.turns} ? ${text(name)} : ${text(step.next)}, left());`;
    case "fan-out":
      return `return goto(${text(step.branches)}, left()${step.settleAll ? `, { join: "allSettled" }` : ""});`;
    case "again":
      return `return goto(${text(step.branches)}, left());`;
    case "ask":
      return `return ${text(answerKey(name))} in state ? goto(${text(step.next)}, left()) : wait(left());`;
    case "mail": {
      const limit = step.expiresIn === undefined ? {} : { expiresIn: step.expiresIn };
      return `if (${text(answerKey(name))} in state) return goto(${text(step.next)}, left());
    mailed(context, context.createWaitToken("mail", ${text(limit)}));
    return wait(left());`;
    }
    case "hold": {
      const { onTimeout, timeout } = step;
      return `if (state.${name} === "held") return goto(${text(step.next)}, left());
    return wait(left(), ${JSON.stringify({ timeout, onTimeout })});`;
    }
    case "delay":
      return `return goto(${text(step.next)}, left()${step.delay > 0 ? `, { delay: ${step.delay} }` : ""});`;
    case "flaky":
      return `if (context.attempt <= ${step.failures}) ${throws}
    return goto(${text(step.next)}, left());`;
    case "broken":
    case "killer":
      return throws;
    case "fixable":
      return `if (!(${text(repairKey(name))} in state)) ${throws}
    return goto(${text(step.next)}, left());`;
  }
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
