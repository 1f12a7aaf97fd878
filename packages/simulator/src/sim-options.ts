import { parseArgs } from "node:util";
import { isProfileName, type ProfileName, profileNames } from "./profiles.ts";

/** What `pnpm sim` was asked for. */
export interface SimOptions {
  readonly profiles: readonly ProfileName[];
  readonly from: number;
  /** Seeds of each profile. */
  readonly seeds: number;
  /** The one seed to replay with its trace. */
  readonly seed?: number;
  /** Opportunities at which the replay's faults happen. */
  readonly only?: readonly number[];
  readonly once: boolean;
  /** A kept case to replay with its trace: the path of its file. */
  readonly regress?: string;
  /** The wrong engines whose kept cases are found and written anew. */
  readonly keep: boolean;
}

/** Seeds of each profile: about a minute on two cores, and about half an hour. */
const SHORT = 3_500;
const LONG = 50_000;

const usage =
  "pnpm sim [--profile calm|no-sweeper|no-crash|all|zombie|year] [--seeds N] [--from N] [--long] [--once] [--seed N [--only N,N]] [--regress FILE] [--keep]";

/** The options, or what is wrong with them. */
export function parseSimOptions(args: readonly string[]): SimOptions | string {
  try {
    const { values } = parseArgs({
      args: args.filter((arg) => arg !== "--"),
      options: {
        seeds: { type: "string" },
        from: { type: "string", default: "0" },
        profile: { type: "string" },
        seed: { type: "string" },
        only: { type: "string" },
        long: { type: "boolean", default: false },
        once: { type: "boolean", default: false },
        regress: { type: "string" },
        keep: { type: "boolean", default: false },
      },
    });
    const { from, keep, long, once, only, profile, regress, seed, seeds } = values;
    if (profile !== undefined && !isProfileName(profile)) return `No profile "${profile}". Use: ${usage}`;
    const numbers = [from, seed, seeds, ...(only?.split(",") ?? [])].filter(
      (text) => text !== undefined && text !== "",
    );
    const wrong = numbers.find((text) => !/^\d+$/.test(text ?? ""));
    if (wrong !== undefined) return `"${wrong}" is no number. Use: ${usage}`;
    return {
      profiles: profile === undefined ? profileNames : [profile],
      from: Number(from),
      seeds: seeds === undefined ? (long ? LONG : SHORT) : Number(seeds),
      ...(seed === undefined ? {} : { seed: Number(seed) }),
      ...(only === undefined ? {} : { only: only === "" ? [] : only.split(",").map(Number) }),
      once,
      ...(regress === undefined ? {} : { regress }),
      keep,
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)} Use: ${usage}`;
  }
}
