import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { PortError } from "@stephooks/core";

/** A stored item. */
export type Item = Readonly<Record<string, AttributeValue>>;

/**
 * Typed access to the attributes of one instance's item. Every method rejects an attribute of another type with
 * `PortError` `corrupt` that names instance and attribute.
 */
export interface ItemReader {
  text(name: string): string;
  optionalText(name: string): string | undefined;
  number(name: string): number;
  optionalNumber(name: string): number | undefined;
  map(name: string): Readonly<Record<string, AttributeValue>>;
  /** What `parse` makes of the text; undefined from it means the text is not what we write. */
  parsed<Value>(name: string, parse: (text: string) => Value | undefined): Value;
  fail(name: string, expected: string): PortError;
}

export function itemReader(item: Item, id: string): ItemReader {
  const fail = (name: string, expected: string): PortError =>
    new PortError(
      "corrupt",
      `Instance ${id} cannot be read: its attribute ${name} is not ${expected}. Something else wrote the item, or a newer version did.`,
      { instance: id, attribute: name },
    );
  const optionalText = (name: string): string | undefined => {
    const value = item[name];
    if (value !== undefined && value.S === undefined) throw fail(name, "a string");
    return value?.S;
  };
  const text = (name: string): string => {
    const value = optionalText(name);
    if (value === undefined) throw fail(name, "there");
    return value;
  };
  const optionalNumber = (name: string): number | undefined => {
    const value = item[name];
    if (value === undefined) return undefined;
    const number = value.N === undefined ? Number.NaN : Number(value.N);
    if (!Number.isFinite(number)) throw fail(name, "a number");
    return number;
  };
  const number = (name: string): number => {
    const value = optionalNumber(name);
    if (value === undefined) throw fail(name, "there");
    return value;
  };
  const map = (name: string): Readonly<Record<string, AttributeValue>> => {
    const value = item[name]?.M;
    if (value === undefined) throw fail(name, "a map");
    return value;
  };
  const parsed = <Value>(name: string, parse: (text: string) => Value | undefined): Value => {
    const value = parse(text(name));
    if (value === undefined) throw fail(name, "what this version writes");
    return value;
  };
  return { text, optionalText, number, optionalNumber, map, parsed, fail };
}
