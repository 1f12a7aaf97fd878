import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonRecords } from "../src/data/json-records.ts";

async function* pieces(text: string, size: number): AsyncGenerator<string> {
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size);
}

async function read(text: string, size = 7) {
  const records = [];
  for await (const record of jsonRecords(pieces(text, size))) records.push(record);
  return records;
}

const good = (line: number, value: object) => ({ ok: true, line, value });
const bad = (line: number, reason: unknown = expect.any(String)) => ({ ok: false, line, reason });

test.each([
  ["nothing", "", []],
  ["blank lines", "\n \n", []],
  ["lines", '{"a":1}\n\n{"a":2}\r\n{"a":3}', [good(1, { a: 1 }), good(3, { a: 2 }), good(4, { a: 3 })]],
  ["an array on one line", '[{"a":1},{"a":2}]', [good(1, { a: 1 }), good(1, { a: 2 })]],
  ["an array over lines", '\n[\n  {"a":\n1},\n\n  {"a":2}\n]\n', [good(3, { a: 1 }), good(6, { a: 2 })]],
  ["an empty array", "[ ]", []],
  ["brackets and commas in strings", '[{"a":"],}{\\""},{"b":"\\\\"}]', [good(1, { a: '],}{"' }), good(1, { b: "\\" })]],
  ["a byte order mark", '\uFEFF{"a":1}', [good(1, { a: 1 })]],
  ["what is no object", '[1,\n{"a":1}]', [bad(1, "it is no JSON object"), good(2, { a: 1 })]],
  ["a broken line between good ones", '{"a":1}\n{"a":\n{"a":3}', [good(1, { a: 1 }), bad(2), good(3, { a: 3 })]],
  ["an array that is cut off", '[{"a":1},\n{"a":2', [good(1, { a: 1 }), bad(2, expect.stringContaining("]"))]],
  [
    "something after the array",
    '[{"a":1}]\n{"a":2}',
    [good(1, { a: 1 }), bad(2, expect.stringContaining("after the end"))],
  ],
])("%s", async (_name, text, expected) => {
  expect(await read(text)).toEqual(expected);
});

test("whatever is written as lines or as an array is read again, however it is cut", async () => {
  const documents = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(documents, fc.integer({ min: 1, max: 20 }), fc.constantFrom(0, 2), async (given, size, indent) => {
      const values = given.map((one): unknown => JSON.parse(JSON.stringify(one)));
      const valuesOf = async (text: string) =>
        (await read(text, size)).map((record) => (record.ok ? record.value : record.reason));
      expect(await valuesOf(JSON.stringify(given, undefined, indent))).toEqual(values);
      expect(await valuesOf(given.map((one) => `${JSON.stringify(one)}\n`).join(""))).toEqual(values);
    }),
  );
});
