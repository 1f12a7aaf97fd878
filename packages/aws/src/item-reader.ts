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
  optionalMap(name: string): Readonly<Record<string, AttributeValue>> | undefined;
  /** What `parse` makes of the text; undefined from it means the text is not what we write. */
  parsed<Value>(name: string, parse: (text: string) => Value | undefined): Value;
  optionalParsed<Value>(name: string, parse: (text: string) => Value | undefined): Value | undefined;
  fail(name: string, expected: string): PortError;
}

export function itemReader(item: Item, id: string): ItemReader {
  const fail = (name: string, expected: string): PortError =>
    new PortError(
      "corrupt",
      `Instance ${id} cannot be read: its attribute ${name} is not ${expected}. Something else wrote the item, or a newer version did.`,
      { instance: id, attribute: name },
    );
  /** What `pick` makes of the attribute; undefined when it is not there. */
  const optional = <Value>(
    name: string,
    expected: string,
    pick: (value: AttributeValue) => Value | undefined,
  ): Value | undefined => {
    const value = item[name];
    const picked = value && pick(value);
    if (value !== undefined && picked === undefined) throw fail(name, expected);
    return picked;
  };
  const required = <Value>(name: string, value: Value | undefined): Value => {
    if (value === undefined) throw fail(name, "there");
    return value;
  };
  const optionalText = (name: string) => optional(name, "a string", ({ S }) => S);
  const optionalNumber = (name: string) => optional(name, "a number", finiteNumber);
  const optionalMap = (name: string) => optional(name, "a map", ({ M }) => M);
  const optionalParsed = <Value>(name: string, parse: (text: string) => Value | undefined) =>
    optional(name, "what this version writes", ({ S }) => (S === undefined ? undefined : parse(S)));
  return {
    text: (name) => required(name, optionalText(name)),
    optionalText,
    number: (name) => required(name, optionalNumber(name)),
    optionalNumber,
    map: (name) => required(name, optionalMap(name)),
    optionalMap,
    parsed: (name, parse) => required(name, optionalParsed(name, parse)),
    optionalParsed,
    fail,
  };
}

function finiteNumber({ N }: AttributeValue): number | undefined {
  const number = N === undefined ? Number.NaN : Number(N);
  return Number.isFinite(number) ? number : undefined;
}
