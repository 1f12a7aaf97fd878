import { expect, test } from "vitest";
import { assertStorableSize, encodeState, MAX_STORED_BYTES, stateBytes, StateError } from "@stephooks/core";

test("the size counts UTF-8 bytes of names and values, one for each entry and three for the map", () => {
  expect(stateBytes(new Map())).toBe(3);
  expect(stateBytes(new Map([["é", '"€"']]))).toBe(3 + 2 + 5 + 1);
});

test("the largest state that fits beside the head is accepted, one byte more is refused with both sizes", () => {
  const room = MAX_STORED_BYTES - 12 * 1024 - stateBytes(encodeState({ text: "" }).entries);
  expect(() => assertStorableSize(encodeState({ text: "x".repeat(room) }).entries)).not.toThrow();
  try {
    assertStorableSize(encodeState({ text: "x".repeat(room + 1) }).entries);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(StateError);
    expect(error).toMatchObject({
      code: "state-too-large",
      details: { bytes: MAX_STORED_BYTES + 1, limit: MAX_STORED_BYTES },
    });
  }
});
