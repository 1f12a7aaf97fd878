import { memoryInstanceStore } from "../src/index.ts";
import { describeInstanceHistory } from "../src/suites.ts";

describeInstanceHistory("memory", async () => ({ history: memoryInstanceStore().history }));
