import type { CommandMessage, UnpauseMessage } from "@stephooks/core";
import type { ProtocolRules } from "@stephooks/engine/rules";
import type { World } from "./world.ts";

/** The same rules; what they decide is counted. */
export function markedRules(rules: ProtocolRules, world: World): ProtocolRules {
  return {
    classifyMessage: (...given) => {
      const decision = rules.classifyMessage(...given);
      const what =
        decision.kind === "move" ? decision.move : decision.kind === "apply" ? commandOf(decision.command) : "";
      world.mark(`decision: ${decision.kind}${reasonOf(decision)}${what === "" ? "" : `: ${what}`}`);
      return decision;
    },
    decideLostRace: (...given) => {
      const verdict = rules.decideLostRace(...given);
      world.mark(`lost race: ${verdict.kind}${reasonOf(verdict)}`);
      return verdict;
    },
  };
}

function commandOf(message: CommandMessage | UnpauseMessage): string {
  return message.kind === "command" ? message.command : message.kind;
}

/** The reason without what differs from run to run. */
function reasonOf(decision: object): string {
  if (!("reason" in decision) || typeof decision.reason !== "string") return "";
  return `: ${decision.reason.replaceAll(/"[^"]*"/g, "…").replaceAll(/\d+/g, "n")}`;
}
