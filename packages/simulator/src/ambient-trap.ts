/** What engine code must not touch: time, chance and the network come through ports. */
const forbidden: readonly (readonly [owner: object, name: string])[] = [
  [Date, "now"],
  [Math, "random"],
  [globalThis, "setTimeout"],
  [globalThis, "setInterval"],
  [globalThis, "fetch"],
  [globalThis.crypto, "randomUUID"],
  [globalThis.crypto, "getRandomValues"],
];

/**
 * Runs `inside` while the ambient clock, chance and network throw. It must not leave the microtask and tick queues, or
 * strangers fall into the trap.
 */
export async function withoutAmbience<Result>(inside: () => Promise<Result>): Promise<Result> {
  const present = forbidden.map(([owner, name]) => ({
    owner,
    name,
    had: Object.getOwnPropertyDescriptor(owner, name),
  }));
  for (const { owner, name } of present) {
    Object.defineProperty(owner, name, { configurable: true, writable: true, value: () => refuse(name) });
  }
  const { stackTraceLimit } = Error;
  // Stacks name files of this machine and cost more than everything else that is thrown here.
  Error.stackTraceLimit = 0;
  try {
    return await inside();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    for (const { had, name, owner } of present) {
      if (had) Object.defineProperty(owner, name, had);
      else Reflect.deleteProperty(owner, name);
    }
  }
}

function refuse(name: string): never {
  throw new TypeError(`simulated code used ${name}: take it from a port`);
}
