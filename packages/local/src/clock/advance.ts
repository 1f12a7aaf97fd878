import { LocalError } from "../local-error.ts";

/** What stands still or goes on while the clock is set forward. */
export interface AdvancedWorld {
  now(): number;
  /** Every process shows this time; what the minutes up to it would have fired is fired. */
  moveTo(time: number): Promise<void>;
  /** Whether work is under way, and when the next hidden message shows. */
  look(): Promise<{ readonly isIdle: boolean; readonly nextAt: number }>;
  /** When the schedules or the sweeper have something to do next; Infinity for never. */
  nextEvent(): Promise<number>;
}

/** Pause between two looks, milliseconds. */
const LOOK_EVERY = 5;

/** The longest that work may go on at one time of the clock, milliseconds of the machine's. */
const LONGEST_WORK = 60_000;

/**
 * Sets the clock forward when nothing is under way any more, with a stop at every time at which something happens: a message shows, a schedule fires, the
 * sweeper finds something. Each time everything that follows is waited for.
 *
 * @throws LocalError `not-idle`
 */
export async function advance(milliseconds: number, world: AdvancedWorld): Promise<void> {
  // A delay of a day that begins just now is over after a day: its step may still be under way.
  await untilIdle(world);
  const end = world.now() + milliseconds;
  for (;;) {
    const shows = await untilIdle(world);
    const next = Math.min(end, shows, await world.nextEvent());
    if (next >= end) break;
    // What is due at this moment is done by the time of the next look.
    await world.moveTo(Math.max(next, world.now() + 1));
  }
  await world.moveTo(Math.max(end, world.now()));
  await untilIdle(world);
}

/** When nothing is under way: the time at which the next hidden message shows. */
async function untilIdle(world: AdvancedWorld): Promise<number> {
  const deadline = performance.now() + LONGEST_WORK;
  for (;;) {
    const { isIdle, nextAt } = await world.look();
    if (isIdle) return nextAt;
    if (performance.now() > deadline) {
      throw new LocalError(
        "not-idle",
        `Work has gone on for ${LONGEST_WORK / 1_000} s at one time of the clock. Does a workflow go round in circles?`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}
