import fc from "fast-check";
import { expect, test } from "vitest";
import { queueText } from "../src/queue-text.ts";

const unit = fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code));
const json = fc.oneof(
  fc.jsonValue({ stringUnit: unit }).map((value) => JSON.stringify(value)),
  fc.string({ unit }).map((text) => JSON.stringify(text)),
  // JSON that others wrote need not escape lone surrogates.
  fc.string({ unit }).map((text) => `"${text.replaceAll(/["\\]|[^ -\uffff]/g, "")}"`),
);

test("the text is the same JSON, in characters that SQS takes", () => {
  fc.assert(
    fc.property(json, (given) => {
      const sent = queueText(given);
      expect(JSON.parse(sent)).toEqual(JSON.parse(given));
      expect(sent).toMatch(/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD]*$/);
    }),
    { numRuns: 1_000 },
  );
});

test("text without such characters stays as it is", () => {
  const plain = JSON.stringify({ a: "é鍵\u2028", b: ["\u0000\u007f"] });
  expect(queueText(plain)).toBe(plain);
  expect(queueText('"💳\ufffe"')).toBe('"\\ud83d\\udcb3\\ufffe"');
});
