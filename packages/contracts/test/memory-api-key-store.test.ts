import { memoryApiKeyStore } from "@stephooks/contracts";
import { describeApiKeyStore } from "@stephooks/contracts/suites";

describeApiKeyStore("in memory", async () => ({ keys: memoryApiKeyStore() }));
