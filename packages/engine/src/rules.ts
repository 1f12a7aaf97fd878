export { classifyMessage, type TokenMessage } from "./classify-message.ts";
export { decideLostRace, type LostRace, type LostRaceVerdict } from "./decide-lost-race.ts";
export type { Decision, DecisionContext } from "./decision.ts";
export { type ProtocolRules, protocolRules } from "./protocol-rules.ts";
export type { WorkerOptions } from "./worker.ts";
