import { drivenClock, memoryKeyValueStore } from "@stephooks/contracts";
import { describeKeyValueStore } from "@stephooks/contracts/suites";

describeKeyValueStore("in memory", async () => {
  const clock = drivenClock();
  return {
    store: memoryKeyValueStore({ clock }),
    pass: async (milliseconds) => clock.advance(milliseconds),
    now: () => clock.now(),
  };
});
