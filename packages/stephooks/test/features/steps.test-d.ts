/* Compiled, never run: a line below `@ts-expect-error` must not compile, every other line must. */
import { app, type GotoStep, type InstanceOf, type WaitStep } from "stephooks";
import { expectTypeOf } from "vitest";

type Names = "begin" | "left" | "right" | "end";

interface Trip {
  city: string;
  nights?: number;
}

const trips = app.createWorkflow("trips", "Typed names everywhere", {
  begin: async (state: Trip, goto) => {
    expectTypeOf(goto).toEqualTypeOf<GotoStep<Names, Trip>>();
    await goto(["left", "right"]);
    await goto(["left", "right"], { nights: 2 }, { join: "allSettled", toleratedFailures: 1 });
    const both = ["left", "right"] as const;
    await goto(both, state);
    await goto("end", { nights: undefined }, { delay: "3d" });
    await goto("end", {}, { delay: 1_500 });
    // @ts-expect-error -- one of the list is no step
    await goto(["left", "rihgt"]);
    // @ts-expect-error -- a list of texts is no list of steps
    await goto(["left", "right"].map((name) => name));
    // @ts-expect-error -- a duration has a unit
    await goto("end", {}, { delay: "3 days" });
    // @ts-expect-error -- all or allSettled
    await goto(["left", "right"], {}, { join: "any" });
    // @ts-expect-error -- no such option
    await goto("end", {}, { dealy: "3d" });
    // @ts-expect-error -- nights is a number
    await goto(["left", "right"], { nights: "two" });
    // @ts-expect-error -- null ends the instance and is no branch
    await goto(["left", null]);
  },
  left: async (state, goto, wait) => {
    expectTypeOf(wait).toEqualTypeOf<WaitStep<Names, Trip>>();
    expectTypeOf(state.city).toEqualTypeOf<string>();
    await wait();
    await wait({ nights: 3 });
    await wait({ nights: 3 }, { timeout: "30d" });
    await wait({}, { timeout: "30d", onTimeout: "end" });
    // @ts-expect-error -- no such step
    await wait({}, { timeout: "30d", onTimeout: "edn" });
    // @ts-expect-error -- a duration has a unit
    await wait({}, { timeout: "a month" });
    // @ts-expect-error -- city is a string
    await wait({ city: 5 });
    await goto("end");
  },
  right: async (_state, goto) => goto("end"),
  end: async (_state, goto, _wait, context) => {
    expectTypeOf(context.branchErrors).items.toHaveProperty("message");
    expectTypeOf(context.error).exclude<undefined>().toHaveProperty("step");
    await goto(null);
  },
});

export async function commands(): Promise<void> {
  expectTypeOf(await trips.updateState("i", { nights: 4 })).toEqualTypeOf<InstanceOf<Trip>>();
  await trips.updateState("i", { nights: undefined }, { continue: false });
  await trips.updateState("i", {}, {});
  await trips.setState("i", { state: { city: "Rome" } });
  await trips.retry("i", { nights: 1 });
  expectTypeOf(await trips.continue("i")).toEqualTypeOf<{ readonly instanceId: string }>();
  // @ts-expect-error -- nights is a number
  await trips.updateState("i", { nights: "four" });
  // @ts-expect-error -- no such option
  await trips.updateState("i", {}, { resume: true });
  // @ts-expect-error -- the whole state needs a city
  await trips.setState("i", { state: { nights: 1 } });
  // @ts-expect-error -- city is a string
  await trips.retry("i", { city: 1 });

  const [first] = await trips.getInstances({ city: "Rome" });
  expectTypeOf(first?.city).toEqualTypeOf<string | undefined>();
  for (const { isTimedOut, step, workflowId } of await trips.findTimedOutSteps()) {
    expectTypeOf(isTimedOut).toEqualTypeOf<boolean>();
    expectTypeOf(step).toEqualTypeOf<string | null>();
    expectTypeOf(workflowId).toEqualTypeOf<string>();
  }
  trips.on("completed", (trip: InstanceOf<Trip>) => trip.city);
  trips.configure({ timeout: "20s", onError: "end", instanceTimeout: "90d", inline: true });
}
