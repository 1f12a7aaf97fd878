import type { StateEntries } from "./state-entries.ts";

/** What every message that may run a step can say of itself. */
interface RunMessage {
  /** It has been a dead letter: its step is begun behind a start mark from the first receive on. */
  readonly suspect?: boolean;
}

/** Runs the instance's current step when `token` is the newest issued. Carries no state. */
export interface WakeMessage extends RunMessage {
  readonly kind: "wake";
  readonly instance: string;
  readonly token: number;
  /** The sender had done every duty of the commit that issued the token. */
  readonly dutiesDone: boolean;
}

/** A whole start: whoever receives it can create the instance, so a start cannot be lost with its caller. */
export interface CreateMessage extends RunMessage {
  readonly kind: "create";
  readonly instance: string;
  readonly startId: string;
  readonly workflow: string;
  readonly step: string;
  readonly createdAt: number;
  readonly state: StateEntries;
  /** End of the instance's lifetime, epoch milliseconds. */
  readonly deadline?: number;
  /** The instance keeps its whole history. */
  readonly fullHistory?: boolean;
  /** Its history says what each transition wrote into the state. */
  readonly keepsChanges?: boolean;
  /** State keys whose values nothing shows. */
  readonly redact?: readonly string[];
  /** How long the instance is kept after its end, milliseconds. */
  readonly retention?: number;
}

/** Runs one branch of a fan-out, unless its result is recorded. Insures token 0 of the branch's own record. */
export interface BranchMessage extends RunMessage {
  readonly kind: "branch";
  readonly instance: string;
  /** The fan-out: the seq whose commit issued this. */
  readonly seq: number;
  readonly branch: number;
}

/** What a command does to an instance that stands as the command expects. */
export type CommandName = "continue" | "retry" | "resume";

/**
 * A command with everything it needs: whoever receives it can apply it, so a command cannot be lost with its caller.
 * Once applied it is the wake of the token it issued.
 */
export interface CommandMessage extends RunMessage {
  readonly kind: "command";
  readonly instance: string;
  /**
   * The start it was given to. Whoever has not read the instance cannot know it: neither a later start under the same id
   * nor a message that was there before the instance can be mistaken.
   */
  readonly startId: string;
  readonly command: CommandName;
  /** Of a retry: the step to go to, instead of the one that failed. */
  readonly step?: string;
  /** The token the command issues: one more than the seq it expects. */
  readonly token: number;
  readonly id: string;
  readonly set: StateEntries;
  readonly remove: readonly string[];
}

/**
 * Ends the pause it names. Once that is done it is the wake of the token whose message the pause had taken, so nothing
 * is lost when whoever ended the pause dies.
 */
export interface UnpauseMessage extends RunMessage {
  readonly kind: "unpause";
  readonly instance: string;
  readonly pauseId: string;
}

export type WorkMessage = WakeMessage | CreateMessage | BranchMessage | CommandMessage | UnpauseMessage;
