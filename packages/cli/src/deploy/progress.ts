import type { ResourceEvent } from "@stephooks/aws/deploy";
import { printable } from "../printable.ts";

/** A line on standard error for what happened to a resource. */
export function tellEvent({ logicalId, reason, status, type }: ResourceEvent): void {
  process.stderr.write(`${printable(`${status}  ${logicalId} (${type})${reason === "" ? "" : `  ${reason}`}`)}\n`);
}
