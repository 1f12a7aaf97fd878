import { enumerationSuite } from "./enumeration-suite.ts";
import * as scenarios from "./waiting-scenarios.ts";

enumerationSuite("waits and timers", scenarios, 700);
