import { expect, onTestFinished, test, vi } from "vitest";
import { advance, type AdvancedWorld } from "../../src/clock/advance.ts";

/** A world in which nothing takes time: messages show at some times, events come at others. */
function worldOf({ events = [], messages = [] }: { messages?: readonly number[]; events?: readonly number[] }) {
  let now = 0;
  let busy = 0;
  const moves: number[] = [];
  const world: AdvancedWorld = {
    now: () => now,
    moveTo: async (time) => {
      now = time;
      busy = 2;
      moves.push(time);
    },
    look: async () => ({
      isIdle: (busy -= 1) <= 0,
      nextAt: Math.min(Infinity, ...messages.filter((at) => at > now)),
    }),
    nextEvent: async () => Math.min(Infinity, ...events.filter((at) => at > now)),
  };
  return { moves, world };
}

test("the clock stops wherever a message shows or an event comes, and ends where it should", async () => {
  const { moves, world } = worldOf({ messages: [10, 70, 200], events: [40, 70] });
  await advance(100, world);
  expect(moves).toEqual([10, 40, 70, 100]);
  await advance(100, world);
  expect(moves.slice(4)).toEqual([200]);
});

test("what is under way when it is asked for begins its delays first", async () => {
  let now = 0;
  let shows = Infinity;
  const world: AdvancedWorld = {
    now: () => now,
    moveTo: async (time) => void (now = time),
    look: async () => {
      // Three looks long a step runs, then it delays the next one by 100.
      if (now < 3 && (now += 1) === 3) shows = now + 100;
      return { isIdle: now >= 3, nextAt: shows > now ? shows : Infinity };
    },
    nextEvent: async () => Infinity,
  };
  await advance(100, world);
  expect(now).toBe(103);
});

test("where nothing happens one move is enough", async () => {
  const { moves, world } = worldOf({});
  await advance(86_400_000, world);
  expect(moves).toEqual([86_400_000]);
});

test("work that does not come to an end is given up after a minute: not-idle", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { world } = worldOf({});
  const given = advance(1, { ...world, look: async () => ({ isIdle: false, nextAt: Infinity }) }).catch(
    (reason: unknown) => reason,
  );
  await vi.advanceTimersByTimeAsync(61_000);
  expect(await given).toMatchObject({ code: "not-idle", message: expect.stringMatching(/60 s.*round in circles/) });
});
