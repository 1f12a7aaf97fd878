import type { ByteRange } from "@stephooks/core";

/**
 * What a `Range` header asks of a file of `size` bytes (RFC 9110, section 14): the one range it names, `all` when the
 * header is to be ignored (another unit, several ranges, nonsense), `none` when the range lies outside of the file.
 */
export function requestedRange(header: string | undefined, size: number): ByteRange | "all" | "none" {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return "all";
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "none" : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return "all";
  return start >= size ? "none" : { start, end };
}
