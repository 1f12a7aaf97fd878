import { callFaults, type FaultKind, faultKinds } from "./fault-plan.ts";

export type ProfileName = "calm" | "no-sweeper" | "no-crash" | "all" | "zombie" | "year";

/** What a family of seeds may contain. Times in milliseconds. */
export interface Profile {
  readonly name: ProfileName;
  /** Which of these exist in a seed is drawn for each seed. */
  readonly faults: readonly FaultKind[];
  /** These exist in every seed, at this rate. */
  readonly always: Readonly<Partial<Record<FaultKind, number>>>;
  readonly sweeper: boolean;
  /** Commands of operators, answers at any moment, two starts with one id. */
  readonly contention: boolean;
  readonly longestWait: number;
  /** How long things may go wrong. A sweeper that fails for 11 days forgets what it has not served (15 days are read). */
  readonly longestTrouble: number;
  readonly segments: number;
  readonly instances: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const brokerFaults = faultKinds.filter((kind) => !callFaults.some((other) => other === kind));
const survivable: readonly FaultKind[] = [
  "throttled",
  "unavailable",
  "answer-lost",
  "applied-twice",
  "slow",
  ...brokerFaults.filter((kind) => kind !== "death-on-return"),
];

const everything = {
  faults: faultKinds,
  always: {},
  sweeper: true,
  contention: true,
  longestWait: 3 * DAY,
  longestTrouble: HOUR,
  segments: 4,
  instances: 3,
} as const;

export const profiles: Readonly<Record<ProfileName, Profile>> = Object.freeze({
  calm: { ...everything, name: "calm", faults: [], contention: false, longestWait: DAY },
  "no-sweeper": { ...everything, name: "no-sweeper", sweeper: false, longestWait: 15 * MINUTE },
  "no-crash": { ...everything, name: "no-crash", faults: survivable },
  all: { ...everything, name: "all" },
  zombie: { ...everything, name: "zombie", always: { freeze: 0.03, "early-expiry": 0.05 }, instances: 2 },
  year: { ...everything, name: "year", longestWait: 60 * DAY, longestTrouble: 5 * DAY, segments: 6, instances: 2 },
});

export const profileNames: readonly ProfileName[] = ["calm", "no-sweeper", "no-crash", "all", "zombie", "year"];

export function isProfileName(name: string): name is ProfileName {
  return profileNames.some((other) => other === name);
}
