import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutant } from "./mutant.ts";
import { canary, mutants } from "./mutants.ts";
import { invariantOf, type RegressCase, replayCase } from "./regress.ts";
import { runSeeds } from "./seed-range.ts";
import { shrink, type ShrinkOptions } from "./shrink.ts";
import { simulate } from "./simulate.ts";

/** Where small cases are kept for ever. */
export const regressFolder = join(import.meta.dirname, "../regress");

/** Shrinks a failing run and writes it down; answers the path of its file. */
export async function keepCase(options: ShrinkOptions, about: string, mutant?: string): Promise<string | undefined> {
  const { faults, report } = await shrink(options);
  const broke = invariantOf(report);
  if (broke === undefined) return undefined;
  const { profile, seed } = options;
  const kept: RegressCase = {
    about,
    broke,
    profile,
    seed,
    ...(mutant === undefined ? {} : { mutant }),
    faults,
    shapes: report.shapes,
  };
  mkdirSync(regressFolder, { recursive: true });
  const path = pathOf(mutant ?? `${broke} ${profile} ${seed}`);
  writeFileSync(path, `${JSON.stringify(kept, undefined, 2)}\n`);
  return path;
}

/** The case of each wrong engine, found by its own seeds. Cases that still tell are left alone. */
export async function keepMutants(print: (line: string) => void): Promise<void> {
  for (const mutant of [canary, ...mutants]) {
    if (await stillTells(mutant)) continue;
    const seed = await seedAgainst(mutant);
    const { name, parts, profile } = mutant;
    const path = seed === undefined ? undefined : await keepCase({ seed, profile, parts }, name, name);
    print(`${path ?? "NOT FOUND"}: ${name}`);
  }
}

async function stillTells({ name }: Mutant): Promise<boolean> {
  const path = pathOf(name);
  if (!existsSync(path)) return false;
  const given: RegressCase = JSON.parse(readFileSync(path, "utf8"));
  return invariantOf(await replayCase(given, "mutant")) === given.broke;
}

function pathOf(name: string): string {
  return join(regressFolder, `${slug(name)}.json`);
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

/** The seed of the mutant's own with the smallest trace of faults among the first few that find it. */
async function seedAgainst({ parts, profile, within }: Mutant): Promise<number | undefined> {
  const { bad } = await runSeeds({ profile, parts, from: 0, count: within, once: true, stopAfter: 3 });
  const runs = await Promise.all(bad.map(({ seed }) => simulate({ seed, profile, parts: parts() })));
  return runs.toSorted((a, b) => a.calls - b.calls)[0]?.seed;
}
