import { expect, test } from "vitest";
import { readLimited } from "../src/read-limited.ts";

const LIMIT = 10_000_000;
const MEGABYTE = 1_000_000;

const post = (body: Uint8Array | ReadableStream): Request =>
  new Request("http://127.0.0.1/", {
    method: "POST",
    body,
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
  });

test("a request without body has no bytes", async () => {
  expect(await readLimited(new Request("http://127.0.0.1/"))).toEqual(new Uint8Array());
});

test("a body is read byte for byte, however it is cut", async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const body = new ReadableStream<Uint8Array>({
    start: (stream) => {
      stream.enqueue(bytes.subarray(0, 1));
      stream.enqueue(bytes.subarray(1, 200));
      stream.enqueue(bytes.subarray(200));
      stream.close();
    },
  });
  expect(Buffer.from((await readLimited(post(body))) ?? [])).toEqual(Buffer.from(bytes));
});

test.each([
  [LIMIT, LIMIT],
  [LIMIT + 1, undefined],
])("a body of %i bytes gives %s bytes", async (bytes, expected) => {
  expect((await readLimited(post(new Uint8Array(bytes))))?.byteLength).toBe(expected);
});

test("an endless body is not read further than the limit", async () => {
  let megabytes = 0;
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (stream) => {
      megabytes += 1;
      stream.enqueue(new Uint8Array(MEGABYTE));
    },
    cancel: () => {
      cancelled = true;
    },
  });
  expect(await readLimited(post(endless))).toBeUndefined();
  expect(cancelled).toBe(true);
  expect(megabytes).toBeLessThanOrEqual(LIMIT / MEGABYTE + 3);
});
