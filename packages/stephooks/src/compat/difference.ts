/** One thing that is deliberately not as codehooks-js 1.4.3 and its platform do it. */
export interface Difference {
  /** Stable; tests and pages refer to it. */
  readonly id: string;
  readonly topic: string;
  readonly codehooks: string;
  readonly stephooks: string;
  readonly why: string;
}
