import { memoryInstanceStore } from "@stephooks/contracts";
import { describeInstanceIndex } from "@stephooks/contracts/suites";

describeInstanceIndex("in memory", async () => {
  const store = memoryInstanceStore();
  return { store, index: store.index };
});
