import { createHash } from "node:crypto";
import { type PartName, partNames, type Parts } from "./parts.ts";

/** What came of checking one version of a part. */
export interface Check {
  /** Of the values that were checked. */
  readonly hash: string;
  /** What is wrong, in words for the customer; empty when nothing is. */
  readonly findings: readonly string[];
}

export type Checks = { readonly [Name in PartName]?: Check };

const postCodes = { AT: /^\d{4}$/, CH: /^\d{4}$/, DE: /^\d{5}$/ };

/** What can be seen without asking anybody. `now` in epoch milliseconds. */
export function findingsOf(name: PartName, parts: Parts, now: number): readonly string[] {
  const { address, person } = parts;
  if (name === "person" && person !== undefined && !isAdult(person.value.birthDate, now)) {
    return ["Only who is 18 can be registered."];
  }
  if (name === "address" && address !== undefined) {
    const { country, postCode } = address.value;
    if (!postCodes[country].test(postCode)) return [`${postCode} is no post code of ${country}.`];
  }
  return [];
}

/** The parts that were given or changed since they were checked. */
export function unchecked(parts: Parts, checks: Checks): readonly PartName[] {
  return partNames.filter((name) => parts[name] !== undefined && checks[name]?.hash !== hashOf(parts, name));
}

export function missing(parts: Parts): readonly PartName[] {
  return partNames.filter((name) => parts[name] === undefined);
}

/** The parts that were checked as they are and found wrong. */
export function wrong(parts: Parts, checks: Checks): readonly PartName[] {
  return partNames.filter((name) => checks[name]?.hash === hashOf(parts, name) && checks[name].findings.length > 0);
}

/** Whoever has entered it, the same values have the same hash. */
export function hashOf(parts: Parts, name: PartName): string {
  return digest(parts[name]?.value ?? null);
}

/** Names what an officer sees: another value of any part is another version. */
export function versionOf(parts: Parts): string {
  return digest(partNames.map((name) => hashOf(parts, name)));
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

function isAdult(birthDate: string, now: number): boolean {
  const day = new Date(now);
  day.setUTCFullYear(day.getUTCFullYear() - 18);
  return birthDate <= day.toISOString().slice(0, 10);
}
