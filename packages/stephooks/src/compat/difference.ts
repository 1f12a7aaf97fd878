/**
 * What `compat: "strict"` does about a difference: `restored` is codehooks' own behaviour, all else says why not.
 *
 * - `restored`: an app may rely on it, and it harms nobody.
 * - `safety`: somebody else could make use of it.
 * - `data`: something would be lost, or changed by nobody's wish.
 * - `more`: an app gets all that it gets from codehooks, and more.
 * - `host`: it cannot be had here.
 * - `unknown`: what codehooks' platform does is not documented, or is known of the vendor's local server only.
 * - `defect`: it goes wrong in a way that no app can be built on.
 */
export type StrictBehaviour = "restored" | "safety" | "data" | "more" | "host" | "unknown" | "defect";

/** One thing that is deliberately not as codehooks-js 1.4.3 and its platform do it. */
export interface Difference {
  /** Stable; tests and pages refer to it. */
  readonly id: string;
  readonly topic: string;
  readonly codehooks: string;
  readonly stephooks: string;
  readonly why: string;
  readonly strict: StrictBehaviour;
}
