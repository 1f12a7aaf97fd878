import type { JsonValue } from "@stephooks/core";

/** Keys that a user's state may have and that break careless stores. */
export const oddKeys: Readonly<Record<string, string>> = {
  "the name of the prototype": "__proto__",
  constructor: "constructor",
  "nothing at all": "",
  "a space": " ",
  dots: "a.b.c",
  brackets: "a[0]",
  "a hash": "#d",
  "a colon": ":d",
  "a reserved word": "SET",
  quotes: `"'\``,
  "a new line": "a\nb",
  "control characters": "\u0000\u001f\u007f",
  unicode: "ключ 鍵 🗝️",
  "a lone surrogate": "\ud800",
  tildes: "~~e~p",
  "2,000 characters": "k".repeat(2_000),
};

/** JSON values that break careless stores. */
export const oddValues: Readonly<Record<string, JsonValue>> = {
  "an empty string": "",
  quotes: `"'\\"`,
  "new lines": "a\r\nb\u2028c",
  emoji: "👩‍👩‍👧 🇨🇭",
  "control characters": "\u0000\u0007\u001b",
  "code points a queue refuses": "\ufffe\uffff",
  "a lone surrogate": "\udc00x",
  "a large number": 1.797_693_134_862_315_7e308,
  "a small number": 5e-324,
  "all digits of a double": 0.1 + 0.2,
  "the largest safe integer": Number.MAX_SAFE_INTEGER,
  null: null,
  false: false,
  "an empty object": {},
  "nested odd keys": JSON.parse('{"__proto__":{"":[null,{"a.b":1}]}}'),
  "deep nesting": Array.from({ length: 90 }).reduce<JsonValue>((inner) => [inner], 1),
};
