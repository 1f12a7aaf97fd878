import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { EmulatorError } from "./emulator-error.ts";

const require = createRequire(import.meta.url);

/**
 * Path of the dynoxide program, a DynamoDB emulator that comes as one npm package per operating system.
 *
 * @param given A path to use instead of the installed package's.
 * @throws EmulatorError `binary-missing`
 */
export function dynoxideBinary(given?: string): string {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    const path = given ?? programIn(dirname(require.resolve(`${name}/package.json`)));
    accessSync(path, constants.X_OK);
    return path;
  } catch (cause) {
    throw new EmulatorError(
      "binary-missing",
      `No DynamoDB emulator on this machine: ${given ?? name} is not there. Install it, or set AWS_ENDPOINT_URL_DYNAMODB to an endpoint of your own.`,
      { expected: given ?? name },
      { cause },
    );
  }
}

function programIn(directory: string): string {
  return join(directory, process.platform === "win32" ? "dynoxide.exe" : "dynoxide");
}
