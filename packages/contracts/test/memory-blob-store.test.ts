import { describeBlobStore } from "@stephooks/contracts/suites";
import { systemClock } from "@stephooks/core";
import { memoryBlobStore } from "../src/index.ts";

describeBlobStore("in memory", async () => memoryBlobStore(systemClock));
