/** A workflow as text, in one of many styles: a file or two, and what they start with. */
export interface GeneratedWorkflow {
  readonly files: Readonly<Record<string, string>>;
}

/** Chance from a seed: the same numbers for the same seed. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 12_345) >>> 0;
  }

  below(limit: number): number {
    // Mulberry32.
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new TypeError("nothing to pick from");
    return item;
  }
}

/** The state a step hands over: its numbers make the next step decide otherwise. */
const NEXT_STATE = "{ k: (state.k * 5 + 3) % 13, answer: undefined }";

/** What a step may do, given the targets it may name. */
type Style = (dice: Dice, target: () => string, step: string) => string;

const bodies: readonly Style[] = [
  (_, target) => `goto(${target()}, ${NEXT_STATE});`,
  (_, target) => `await goto(${target()}, ${NEXT_STATE});`,
  (dice, target) => `goto(state.k % ${dice.below(3) + 2} === 0 ? ${target()} : ${target()}, ${NEXT_STATE});`,
  (_, target) =>
    `if (state.k > 6) { await goto(${target()}, ${NEXT_STATE}); } else if (state.k % 2) goto(${target()}, ${NEXT_STATE}); else return goto(${target()}, ${NEXT_STATE});`,
  (_, target) =>
    `switch (state.k % 4) { case 0: goto(${target()}, ${NEXT_STATE}); break; case 1: case 2: return goto(${target()}, ${NEXT_STATE}); default: goto(${target()}, ${NEXT_STATE}); }`,
  (_, target) =>
    `let next = ${target()}; if (state.k % 3 === 1) next = ${target()}; else if (state.k > 9) { next = ${target()}; } await goto(next, ${NEXT_STATE});`,
  (_, target) =>
    `const table = { a: ${target()}, b: ${target()} }; const key = state.k % 2 ? "a" : "b"; goto(table[key], ${NEXT_STATE});`,
  (_, target) =>
    `const order = [${target()}, ${target()}, ${target()}]; goto(order[state.k % order.length], ${NEXT_STATE});`,
  (_, target) =>
    `const routes = new Map([["0", ${target()}], ["1", ${target()}]]); goto(routes.get(String(state.k % 3)) ?? ${target()}, ${NEXT_STATE});`,
  (_, target) => `return proceed(goto, ${target()}, state);`,
  (_, target) => `await choose({ state, leave: goto, yes: ${target()}, no: ${target()} });`,
  (_, target) =>
    `const leave = (to) => goto(to, ${NEXT_STATE}); state.k % 2 ? leave(${target()}) : leave(${target()});`,
  (_, target) =>
    `try { if (state.k % 3 === 0) throw new Error("three"); await Promise.resolve(); await goto(${target()}, ${NEXT_STATE}); } catch (error) { await goto(${target()}, ${NEXT_STATE}); }`,
  (_, target) =>
    `for (const turn of [1, 2, 3]) { if (turn * 4 > state.k) return goto(${target()}, ${NEXT_STATE}); } goto(${target()}, ${NEXT_STATE});`,
  (_, target) =>
    `let index = 0; while (index < 3) { if (state.k === index) break; index++; } return goto(index < 3 ? ${target()} : ${target()}, ${NEXT_STATE});`,
  (_, target) =>
    `return Promise.resolve(state.k).then((k) => { if (k % 2) return goto(${target()}, ${NEXT_STATE}); throw new Error("even"); }).catch(() => goto(${target()}, ${NEXT_STATE}));`,
  (_, target) =>
    `await new Promise((resolve) => { queueMicrotask(() => { goto(${target()}, ${NEXT_STATE}); resolve(); }); });`,
  (_, target) =>
    `const handlers = { odd: (to) => to(${target()}, ${NEXT_STATE}), even: (to) => to(${target()}, ${NEXT_STATE}) }; return handlers[state.k % 2 ? "odd" : "even"](goto);`,
  (_, target) => `(state.k > 3 && goto(${target()}, ${NEXT_STATE})) || goto(${target()}, ${NEXT_STATE});`,
  (_, target) => `const { jump = goto } = {}; jump.call(null, ${target()}, ${NEXT_STATE});`,
  (_, target) => `const go = goto.bind(null, ${target()}); await go(${NEXT_STATE});`,
  (_, target) => `return new Guide(goto, ${target()}).lead(state.k % 2 ? ${target()} : undefined);`,
  (_, target) =>
    `const plan = { ...base, to: ${target()} }; if (state.k % 2) plan.to = ${target()}; goto(plan.to, ${NEXT_STATE});`,
  (_, target) =>
    `const names = [${target()}, ${target()}].filter((name) => name !== null); goto(names[0] ?? null, ${NEXT_STATE});`,
  (_, target) =>
    `const picked = [${target()}, ${target()}].find((_, at) => at === state.k % 2); goto(picked, ${NEXT_STATE});`,
  (_, target) =>
    `if (state.answer === undefined) return wait({ k: state.k }, { timeout: "1s", onTimeout: ${target()} ?? undefined }); goto(${target()}, ${NEXT_STATE});`,
  (_, target) => `if (state.answer === undefined) { await wait(); return; } goto(${target()}, ${NEXT_STATE});`,
  (_, target) => `if (state.k % 4 === 2) throw new Error("now and then"); goto(${target()}, ${NEXT_STATE});`,
  (_, target) => `const n = { value: ${target()} }; change(n, ${target()}); goto(n.value, ${NEXT_STATE});`,
  (_, target) => `goto(JSON.parse(JSON.stringify({ to: ${target()} })).to, ${NEXT_STATE});`,
];

const helpers = `
const proceed = async (goto, to, state) => { if (state.k > 20) return goto(null); return goto(to, ${NEXT_STATE}); };
async function choose({ state, leave, yes, no }) { const to = state.k % 2 ? yes : no; await Promise.resolve(); return leave(to, ${NEXT_STATE}); }
class Guide { constructor(goto, home) { this.goto = goto; this.home = home; } lead(to) { const state = { k: 4 }; return this.goto(to ?? this.home, ${NEXT_STATE}); } }
const base = { to: null, kept: true };
function change(box, to) { if (to !== null) box.value = to; }
`;

const wrappers: readonly ((step: string, body: string) => string)[] = [
  (step, body) => `  ${step}: async (state, goto, wait) => { ${body} },`,
  (step, body) => `  async ${step}(state, goto, wait) { ${body} },`,
  (step, body) => `  ${step}: async function (state, goto, wait) { ${body} },`,
  (step, body) => `  "${step}": async (...args) => { const [state, goto, wait] = args; ${body} },`,
  (step, body) => `  [\`${step}\`]: traced(async (state, goto, wait) => { ${body} }),`,
];

const traced = "const traced = (step) => async (state, goto, wait, context) => step(state, goto, wait, context);\n";

/** One workflow of 3 to 7 steps; sometimes with a fan-out, an error step, or a name that comes from the state. */
export function generateWorkflow(seed: number): GeneratedWorkflow {
  const dice = new Dice(seed);
  const names = ["begin", "load", "check", "pay", "ship", "tell", "done"].slice(0, 3 + dice.below(5));
  const target = (): string => {
    const chosen = dice.below(6);
    if (chosen === 0) return "null";
    if (chosen === 1) return `NAMES.${dice.pick(names)}`;
    return JSON.stringify(dice.pick(names));
  };
  const isForked = dice.below(3) === 0;
  const fork = `goto(state.k % 5 === 4 ? null : [...${JSON.stringify(["left", "right"])}], ${NEXT_STATE}${dice.below(2) ? ", { toleratedFailures: 1 }" : ""});`;
  const join = target();
  const steps = names.map((step, index) => {
    const body = isForked && index === 1 ? fork : dice.pick(bodies)(dice, target, step);
    return dice.pick(wrappers)(step, body);
  });
  if (isForked) {
    for (const branch of ["left", "right"]) {
      const body =
        dice.below(4) === 0
          ? `if (state.k % 2) throw new Error("branch"); goto(${join});`
          : `goto(${join}, { ${branch}: 1 });`;
      steps.push(dice.pick(wrappers)(branch, body));
    }
  }
  const options = `{ maxTransitions: 30, maxRetries: 0${dice.below(3) === 0 ? `, onError: ${JSON.stringify(dice.pick(names))}` : ""} }`;
  const enumeration = `const NAMES = { ${names.map((name) => `${name}: "${name}"`).join(", ")} };\n`;
  return { files: arranged(dice, { steps, enumeration, options }) };
}

interface Parts {
  readonly steps: readonly string[];
  readonly enumeration: string;
  readonly options: string;
}

/** Where the steps stand: in the call, a constant, a second file, a function, or put together. */
function arranged(dice: Dice, { enumeration, options, steps }: Parts): Readonly<Record<string, string>> {
  const own = `import { app } from "codehooks-js";\n`;
  const shared = helpers + traced + enumeration;
  const create = (given: string): string => `app.createWorkflow("flow", "made", ${given}, ${options});\n`;
  const half = Math.ceil(steps.length / 2);
  const [first, second] = [steps.slice(0, half).join("\n"), steps.slice(half).join("\n")];
  const all = `{\n${steps.join("\n")}\n}`;
  switch (dice.below(6)) {
    case 0:
      return { "index.mjs": own + shared + create(all) };
    case 1:
      return { "index.mjs": `${own + shared}const steps = ${all};\n${create("steps")}` };
    case 2:
      return {
        "index.mjs": `${own}import { more } from "./more.mjs";\n${shared}${create(`{\n${first}\n...more }`)}`,
        "more.mjs": `${shared}export const more = {\n${second}\n};\n`,
      };
    case 3:
      return { "index.mjs": `${own + shared}function make() { return ${all}; }\n${create("make()")}` };
    case 4:
      return {
        "index.mjs": `${own + shared}const steps = {\n${first}\n};\nObject.assign(steps, {\n${second}\n});\n${create("steps")}`,
      };
    default:
      return {
        "index.mjs": `${own}import make from "./make.mjs";\nconst flow = make();\n${create("{ ...flow.steps() }")}`,
        "make.mjs": `${shared}class Flow { steps() { return ${all}; } }\nexport default () => new Flow();\n`,
      };
  }
}
