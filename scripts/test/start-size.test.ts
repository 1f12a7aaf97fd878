import { expect, test } from "vitest";
import { startSizes } from "../size/start-sizes.ts";

/** What the rest of the framework may add to what nobody can do without. */
const MOST = 1.15;

test("a hello app loads at its start at most 1.15 times what hono and the two clients take", async () => {
  const { bare, hello } = await startSizes();
  // Neither is empty: a bundle without hono would be smaller than this.
  expect(hello).toBeGreaterThan(50_000);
  expect(bare).toBeGreaterThan(200_000);
  expect(hello / bare).toBeLessThanOrEqual(MOST);
});
