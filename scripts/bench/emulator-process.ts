/* The emulators in a process of their own, so that their work is not counted as the engine's. Ends with its parent. */
import { startEmulators } from "@stephooks/emulators";

process.once("disconnect", () => process.exit(0));
const emulators = await startEmulators();
process.send?.(emulators.environment);
