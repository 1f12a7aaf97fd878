import { drivenClock, memoryDocumentStore, seededRandom } from "@stephooks/contracts";
import { describeDocumentStore } from "@stephooks/contracts/suites";

describeDocumentStore("in memory", async () => {
  const clock = drivenClock();
  return {
    store: memoryDocumentStore({ clock, random: seededRandom(1) }),
    pass: async (milliseconds) => clock.advance(milliseconds),
    now: () => clock.now(),
  };
});
