import { type ProtocolRules, protocolRules } from "@stephooks/engine/rules";
import { type EngineParts, engineParts } from "./engine-parts.ts";
import type { ProfileName } from "./profiles.ts";

/** An engine with one mistake: what was taken out, where it shows, and within how many seeds it must be found. */
export interface Mutant {
  readonly name: string;
  readonly profile: ProfileName;
  readonly within: number;
  /** Made afresh for every run: some remember what they saw. */
  readonly parts: () => EngineParts;
}

export function withRules(rules: Partial<ProtocolRules>): () => EngineParts {
  return () => ({ ...engineParts, rules: { ...protocolRules, ...rules } });
}

export const drop = { kind: "drop", reason: "mutated" } as const;
