import { expect, test } from "vitest";
import { matchTokens, type PathToken } from "../../src/http/token-match.ts";

const wildcard: PathToken = { kind: "wildcard" };
const literal = (text: string): PathToken => ({ kind: "literal", text });
const param: PathToken = { kind: "param", name: "p" };

const hostile: readonly [name: string, tokens: readonly PathToken[]][] = [
  [
    "/*a*a*a*a*a*b",
    [literal("/"), ...Array.from({ length: 5 }, () => [wildcard, literal("a")]).flat(), wildcard, literal("b")],
  ],
  ["/********b", [literal("/"), ...Array.from({ length: 8 }, () => wildcard), literal("b")]],
  ["/:p:p:p:p/b", [literal("/"), param, param, param, param, literal("/b")]],
  ["/*:p*:p*b", [literal("/"), wildcard, param, wildcard, param, wildcard, literal("b")]],
  ["/:pa:pa:pb", [literal("/"), param, literal("a"), param, literal("a"), param, literal("b")]],
];

test.each(hostile)("%s tries no pair of token and position of a 16,000-character path twice", (_name, tokens) => {
  for (const path of [`/${"a".repeat(16_000)}`, `/${"a/".repeat(8_000)}`, `/${"é".repeat(16_000)}`]) {
    const { params, attempts } = matchTokens(tokens, path);
    expect(params).toBeUndefined();
    expect(attempts).toBeLessThanOrEqual((tokens.length + 1) * (path.length + 1));
  }
});

test("attempts grow with the path, not with its square", () => {
  const tokens = hostile[0]?.[1] ?? [];
  const attempts = (length: number): number => matchTokens(tokens, `/${"a".repeat(length)}`).attempts;
  expect(attempts(16_000)).toBeLessThan(attempts(1_000) * 20);
});
