import { classifyMessage } from "./classify-message.ts";
import { decideLostRace } from "./decide-lost-race.ts";

/** The two decisions that make redelivery safe. The worker takes them as a parameter so that tests can break them. */
export interface ProtocolRules {
  readonly classifyMessage: typeof classifyMessage;
  readonly decideLostRace: typeof decideLostRace;
}

export const protocolRules: ProtocolRules = Object.freeze({ classifyMessage, decideLostRace });
