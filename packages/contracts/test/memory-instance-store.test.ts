import { memoryInstanceStore } from "@stephooks/contracts";
import { describeInstanceStore } from "@stephooks/contracts/suites";

describeInstanceStore("in memory", async () => ({ store: memoryInstanceStore() }), { limited: false });
