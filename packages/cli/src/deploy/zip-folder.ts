import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";
import { awsQuotas } from "../aws-quotas.ts";
import { CliError } from "../cli-error.ts";

export interface Archive {
  readonly body: Uint8Array;
  /** Of the content, hex: the same files give the same archive. */
  readonly sha256: string;
}

/** An archive has the local time of each file beside the time itself: without this the same build would differ by place. */
class UtcDate extends Date {
  override getFullYear = this.getUTCFullYear;
  override getMonth = this.getUTCMonth;
  override getDate = this.getUTCDate;
  override getHours = this.getUTCHours;
  override getMinutes = this.getUTCMinutes;
  override getSeconds = this.getUTCSeconds;
}

/** What code gets as its time: builds of the same source are the same archive. */
const NO_TIME = new UtcDate("2000-01-01T00:00:00Z");

/**
 * A folder as the archive Lambda wants. Files below `source` keep their time, which their ETags are made of.
 *
 * @throws CliError `build-failed` when it is larger than Lambda takes.
 */
export async function zipFolder(folder: string): Promise<Archive> {
  const zip = new ZipFile();
  let unpacked = 0;
  for (const place of filesIn(folder)) {
    const path = join(folder, place);
    const content = readFileSync(path);
    unpacked += content.length;
    const mtime = place.startsWith("source/") ? new UtcDate(statSync(path).mtime) : NO_TIME;
    // Lambda's user is nobody: everyone must be able to read.
    zip.addBuffer(content, place, { mtime, mode: 0o100644 });
  }
  if (unpacked > awsQuotas.code) {
    throw new CliError(
      "build-failed",
      `The build has ${unpacked} bytes, Lambda takes ${awsQuotas.code}: serve large files from app.storage instead of app.static.`,
    );
  }
  zip.end();
  const body = await buffer(zip.outputStream);
  return { body, sha256: createHash("sha256").update(body).digest("hex") };
}

/** Places below the folder with slashes, sorted. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .toSorted();
}
