import { drivenClock, memoryQueue } from "@stephooks/contracts";
import { describeWorkQueue } from "@stephooks/contracts/suites";

describeWorkQueue("in memory on a driven clock", async () => {
  const clock = drivenClock();
  const deadLetters = memoryQueue({ clock, visibilityTimeout: 30 });
  const queue = memoryQueue({ clock, visibilityTimeout: 30, maxReceiveCount: 3, deadLetters });
  return {
    queue,
    source: queue,
    deadLetters,
    visibilityTimeout: 30,
    maxReceiveCount: 3,
    clock,
    pass: async (seconds) => clock.advance(seconds * 1_000),
  };
});
