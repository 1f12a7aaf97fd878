// Run by a test in a process of its own: starts an emulator on the given data file and dies without a chance to stop it.
import { startDynamodbEmulator } from "../src/index.ts";

const [, , dataFile = ""] = process.argv;
const { endpoint } = await startDynamodbEmulator({ dataFile });
process.stdout.write(`${endpoint}\n`, () => process.kill(process.pid, "SIGKILL"));
