import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { StringDecoder } from "node:string_decoder";

/** Bytes after which the file is put aside; the one put aside before it goes. */
const MAX_BYTES = 8_000_000;

/** Bytes that are read at a time. */
const CHUNK = 65_536;

/** The log of the running, or last, `stephooks dev` of an app. */
export function devLogFile(root: string): string {
  return join(root, ".stephooks/log.jsonl");
}

function olderLogFile(root: string): string {
  return join(root, ".stephooks/log.1.jsonl");
}

/** Appends lines to the log, for its owner only. What apps print may be anybody's data. */
export function openDevLog(root: string, maxBytes = MAX_BYTES): { write(line: object): void; close(): void } {
  const path = devLogFile(root);
  mkdirSync(dirname(path), { recursive: true });
  let file = openSync(path, "a", 0o600);
  let bytes = fstatSync(file).size;
  let closed = false;
  return {
    write: (line) => {
      // A process that ends says its last words when the log may be closed already.
      if (closed) return;
      const text = Buffer.from(`${JSON.stringify(line)}\n`);
      if (bytes > 0 && bytes + text.byteLength > maxBytes) {
        closeSync(file);
        renameSync(path, olderLogFile(root));
        file = openSync(path, "a", 0o600);
        bytes = 0;
      }
      writeSync(file, text);
      bytes += text.byteLength;
    },
    close: () => {
      if (!closed) closeSync(file);
      closed = true;
    },
  };
}

/** Reads the log's lines, and with each call those that came since the call before. */
export function devLogReader(root: string): { readonly exists: () => boolean; readonly next: () => Iterable<string> } {
  let tail: OpenLog | undefined;
  const open = (path: string): OpenLog | undefined => {
    if (!existsSync(path)) return undefined;
    const file = openSync(path, "r");
    return { file, rest: "", inode: fstatSync(file).ino, decoder: new StringDecoder("utf8") };
  };
  const isReplaced = (inode: number): boolean => {
    const now = statSync(devLogFile(root), { throwIfNoEntry: false });
    return now !== undefined && now.ino !== inode;
  };
  function* next(): Generator<string> {
    if (tail === undefined) {
      const older = open(olderLogFile(root));
      if (older) {
        yield* linesOf(older);
        closeSync(older.file);
      }
      tail = open(devLogFile(root));
    }
    if (tail === undefined) return;
    yield* linesOf(tail);
    if (!isReplaced(tail.inode)) return;
    // What was written to it before it was put aside, and to the one after it if that was, too.
    yield* linesOf(tail);
    const older = open(olderLogFile(root));
    if (older && older.inode !== tail.inode) yield* linesOf(older);
    if (older) closeSync(older.file);
    closeSync(tail.file);
    tail = open(devLogFile(root));
    if (tail) yield* linesOf(tail);
  }
  return { exists: () => existsSync(devLogFile(root)), next };
}

/** A log that is being read. */
interface OpenLog {
  readonly file: number;
  readonly inode: number;
  readonly decoder: StringDecoder;
  /** Of the line that has not ended yet. */
  rest: string;
}

/** Whole lines; the beginning of one waits for its end. */
function* linesOf(tail: OpenLog): Generator<string> {
  const buffer = Buffer.alloc(CHUNK);
  for (;;) {
    const length = readSync(tail.file, buffer, 0, CHUNK, null);
    if (length === 0) return;
    const lines = (tail.rest + tail.decoder.write(buffer.subarray(0, length))).split("\n");
    tail.rest = lines.pop() ?? "";
    yield* lines;
  }
}
