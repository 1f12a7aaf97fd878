import { enumerationSuite } from "./enumeration-suite.ts";
import * as scenarios from "./running-scenarios.ts";

enumerationSuite("steps, joins and cancels", scenarios, 700);
