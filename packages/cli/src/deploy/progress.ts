import type { ResourceEvent } from "@stephooks/aws/deploy";
import { printable, printText } from "../printable.ts";

/** A line on standard error for what happened to a resource. */
export function tellEvent({ logicalId, reason, status, type }: ResourceEvent): void {
  printText(`${printable(`${status}  ${logicalId} (${type})${reason === "" ? "" : `  ${reason}`}`)}\n`, process.stderr);
}
