import { outcomeOf } from "./canonical.ts";

/** The double and the emulator behind the same port. */
export interface Both<Port> {
  readonly double: Port;
  readonly real: Port;
}

/** What one act comes to on each. */
export async function onBoth<Port>({ double, real }: Both<Port>, act: (port: Port) => Promise<unknown>) {
  return { double: await outcomeOf(act(double)), real: await outcomeOf(act(real)) };
}
