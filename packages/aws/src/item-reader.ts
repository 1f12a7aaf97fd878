import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { PortError } from "@stephooks/core";

/** A stored item. */
export type Item = Readonly<Record<string, AttributeValue>>;

/**
 * Typed access to the attributes of one instance's item. Every method rejects an attribute of another type with
 * `PortError` `corrupt` that names instance and attribute.
 */
export class ItemReader {
  readonly #item: Item;
  readonly #id: string;

  constructor(item: Item, id: string) {
    this.#item = item;
    this.#id = id;
  }

  text(name: string): string {
    return this.#there(name, this.optionalText(name));
  }

  optionalText(name: string): string | undefined {
    const value = this.#item[name];
    return value && this.#expected(name, "a string", value.S);
  }

  number(name: string): number {
    return this.#there(name, this.optionalNumber(name));
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#item[name];
    return value && this.#expected(name, "a number", finiteNumber(value));
  }

  map(name: string): Readonly<Record<string, AttributeValue>> {
    return this.#there(name, this.optionalMap(name));
  }

  optionalMap(name: string): Readonly<Record<string, AttributeValue>> | undefined {
    const value = this.#item[name];
    return value && this.#expected(name, "a map", value.M);
  }

  /** What `parse` makes of the text; undefined from it means the text is not what we write. */
  parsed<Value>(name: string, parse: (text: string) => Value | undefined): Value {
    return this.#there(name, this.optionalParsed(name, parse));
  }

  optionalParsed<Value>(name: string, parse: (text: string) => Value | undefined): Value | undefined {
    const value = this.#item[name];
    return (
      value && this.#expected(name, "what this version writes", value.S === undefined ? undefined : parse(value.S))
    );
  }

  failure(name: string, expected: string): PortError {
    return new PortError(
      "corrupt",
      `Instance ${this.#id} cannot be read: its attribute ${name} is not ${expected}. Something else wrote the item, or a newer version did.`,
      { instance: this.#id, attribute: name },
    );
  }

  #there<Value>(name: string, value: Value | undefined): Value {
    return this.#expected(name, "there", value);
  }

  #expected<Value>(name: string, expected: string, value: Value | undefined): Value {
    if (value === undefined) throw this.failure(name, expected);
    return value;
  }
}

function finiteNumber({ N }: AttributeValue): number | undefined {
  const number = N === undefined ? Number.NaN : Number(N);
  return Number.isFinite(number) ? number : undefined;
}
