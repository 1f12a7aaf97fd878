import type { InstanceHead, Ports, ReceivedMessage } from "@stephooks/core";
import type { TokenMessage } from "./classify-message.ts";
import type { Decision, DecisionContext } from "./decision.ts";
import type { Definitions } from "./definitions.ts";
import type { EngineSettings } from "./engine-settings.ts";
import type { ProtocolRules } from "./protocol-rules.ts";
import type { StepReporter } from "./step-reporter.ts";
import type { TransitionListener } from "./transition-event.ts";

/** What every message of an invocation is worked on with. */
export interface WorkTools {
  readonly ports: Ports;
  readonly definitions: Definitions;
  readonly settings: EngineSettings;
  readonly rules: ProtocolRules;
  /** When the invocation must have answered, epoch milliseconds. */
  readonly endsAt: number;
  readonly listener?: TransitionListener;
  readonly reporter?: StepReporter;
}

/** One message in hand. */
export interface Work {
  readonly received: ReceivedMessage;
  readonly message: TokenMessage;
  readonly context: DecisionContext;
  /** Of a branch: the head of its instance. */
  readonly parent?: InstanceHead;
}

/** What a worked-on decision leads to: the message's fate, or what to do next. */
export type Outcome = Fate | Decision;

/** Done: the message may be deleted. Keep: it must come back. */
export type Fate = "done" | "keep";
