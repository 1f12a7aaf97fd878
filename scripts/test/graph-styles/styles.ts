import { createRequire } from "node:module";
import { EventEmitter } from "node:events";
import { app, Workflow } from "stephooks";
import type { Goto } from "./parts/goto.ts";
import { finishLast, order, Step, table, tail } from "./parts/index.ts";
import route from "./parts/route.json" with { type: "json" };

interface State {
  readonly k: number;
}

const made = [
  new Workflow<string, State>("made by new", "", {
    a: async ({ k }, goto) => goto(k % 2 === 0 ? "b" : "c"),
    b: async (_state, goto) => goto(null),
    c: async (_state, goto) => goto("b"),
  }),
  app.createWorkflow<string, State>("names of a constant object", "", {
    [Step.First]: async (_state, goto) => goto(Step.Second),
    [Step.Second]: async (_state, goto) => finishLast(goto),
    ...tail,
  }),
  app.createWorkflow<string, State>("steps of a list", "", {
    ...Object.fromEntries(
      order.map((name, index) => [name, async (_state: State, goto: Goto) => goto(order[index + 1] ?? null)]),
    ),
  }),
  app.createWorkflow<string, State>("a table of targets", "", {
    begin: async ({ k }, goto) => goto(table[(k % 2) as 0 | 1]),
    left: async ({ k }, goto) => {
      switch (k) {
        case 0:
          return goto("right");
        case 2:
          return goto(["x", "y"]);
        default:
          return goto(null);
      }
    },
    right: async (_state, goto) => goto(null),
    x: async (_state, goto) => goto("right"),
    y: async (_state, goto) => goto("right"),
  }),
  app.createWorkflow<string, State>("targets of a JSON file", "", {
    begin: async (_state, goto) => goto(route.begin),
    middle: async (_state, goto) => goto(route["middle"]),
    end: async (_state, goto) => goto(null),
  }),
];

const { after } = createRequire(import.meta.url)("./parts/old.cjs");
made.push(
  app.createWorkflow<string, State>("targets of CommonJS", "", {
    enter: async (_state, goto) => goto(after.enter),
    inside: async (_state, goto) => goto(after.inside),
  }),
  app.createWorkflow<string, State>("targets of a module imported late", "", {
    begin: async ({ k }, goto) => {
      const { order: names } = await import("./parts/names.ts");
      await goto(names[k % 3] ?? "one");
    },
    one: async (_state, goto) => goto(null),
    two: async (_state, goto) => goto(null),
    three: async (_state, goto) => goto(null),
  }),
);

function down(depth: number, goto: Goto): Promise<void> {
  return depth === 0 ? goto("bottom") : down(depth - 1, goto);
}

class Desk {
  readonly #goto: Goto;
  static readonly exit = "out";
  constructor(goto: Goto) {
    this.#goto = goto;
  }
  get next(): string {
    return "by_getter";
  }
  #send(to: string): Promise<void> {
    return this.#goto(to);
  }
  leave(): Promise<void> {
    return this.#send(Desk.exit);
  }
  follow(): Promise<void> {
    return this.#goto(this.next);
  }
}

function* targets(): Generator<string> {
  yield "bottom";
}

made.push(
  app.createWorkflow<string, State>("goto goes far", "", {
    begin: async ({ k }, goto) => {
      const held = { go: goto };
      const { go } = held;
      const toBound = goto.bind(null, "bound");
      const list: readonly (() => Promise<void>)[] = [
        () => go("destructured"),
        () => toBound(),
        () => held.go("stored"),
        () => goto.call(undefined, "called"),
        () => goto.apply(undefined, ["applied"]),
        () => Reflect.apply(goto, undefined, ["reflected"]),
        () => down(5, goto),
        () => new Desk(goto).leave(),
        () => new Desk(goto).follow(),
        () => Promise.resolve("then").then((name) => goto(name)),
        () => new Promise<void>((resolve) => setTimeout(() => resolve(goto("timer")), 1)),
        () => {
          const events = new EventEmitter();
          events.once("go", (name: string) => void goto(name));
          events.emit("go", "event");
          return Promise.resolve();
        },
        () => goto([...targets()][0] ?? null),
        () => goto(new Map([["a", "mapped"]]).get("a") ?? null),
        () => goto("b".concat("ound")),
        () => goto(["destructured", "stored"].at(-1) ?? null),
        () => goto(Object.keys({ keyed: 1 })[0] ?? null),
        () => goto(["x", "reduced"].reduce((_last, name) => name)),
        () => goto((["event", "timer"] as const).find((name) => name.startsWith("t")) ?? null),
      ];
      await list[k % list.length]?.();
    },
    ...Object.fromEntries(
      [
        ...["destructured", "bound", "stored", "called", "applied", "reflected", "bottom", "out", "by_getter"],
        ...["then", "timer", "event", "mapped", "keyed", "reduced"],
      ].map((name) => [name, async (_state: State, goto: Goto) => goto(null)]),
    ),
  }),
  app.createWorkflow<string, State>("odd steps", "", {
    async begin(...given) {
      return given[1]("second");
    },
    second: function () {
      // oxlint-disable-next-line prefer-rest-params -- a style to be read
      return (arguments[1] as Goto)("third");
    },
    third: async ({ k }, goto) => {
      let to = "fourth";
      for (const name of ["fifth", "sixth", "fourth"]) {
        to = name;
        if (k % 2 === 0) break;
      }
      await goto(to);
    },
    fourth: async (_state, goto) => {
      try {
        JSON.parse("{");
      } catch {
        return goto("fifth");
      }
    },
    fifth: async ({ k }, goto) => (k > 2 && goto("sixth")) || goto("seventh"),
    sixth: async (_state, goto) => goto(null),
    seventh: async (_state, goto) => Promise.all([1].map(() => goto("sixth"))),
  }),
);

const late = app.createWorkflow<string, State>("configured in a route", "", {
  begin: async () => {
    throw new TypeError("for good");
  },
  repair: async (_state, goto) => goto(null),
});
made.push(late);

app.post("/configure", async (_req, res) => {
  late.configure({ onError: "repair", maxRetries: 0 });
  res.end();
});

app.post("/late", (_req, res) => {
  const build = (name: string): void => {
    made.push(
      app.createWorkflow<string, State>(name, "", {
        begin: async (_state, goto) => goto("end"),
        end: async (_state, goto) => goto(null),
      }),
    );
  };
  ["created in a route"].forEach((name) => build(name));
  res.end();
});

export { made };
export default app.init();
