import { expect } from "vitest";
import type { RunningApp } from "./running-app.ts";

/** The status letter of an instance that the table has. */
export async function letterOf(app: RunningApp, id: string): Promise<string | undefined> {
  return (await app.item(`i#${id}`, "a"))?.st?.S;
}

/** Settles when an instance has this letter. */
export async function becomes(app: RunningApp, id: string, letter: string): Promise<void> {
  await expect.poll(() => letterOf(app, id), { timeout: 30_000 }).toBe(letter);
}

/** The id of an instance that a route started, when it has this letter. */
export async function started(app: RunningApp, path: string, state: object, letter: string): Promise<string> {
  const answer = await fetch(app.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(state),
  });
  const { _id }: { _id: string } = JSON.parse(await answer.text());
  await becomes(app, _id, letter);
  return _id;
}
