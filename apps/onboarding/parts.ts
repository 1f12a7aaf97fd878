import { z } from "zod";

const Text = z.string().trim().min(1).max(200);

/** The parts of a registration, each with what makes it complete. They are sent one by one, in any order. */
export const partSchemas = {
  person: z.strictObject({ firstName: Text, lastName: Text, birthDate: z.iso.date() }),
  address: z.strictObject({ street: Text, postCode: Text, city: Text, country: z.enum(["AT", "CH", "DE"]) }),
  company: z.strictObject({ name: Text, registerNumber: z.string().regex(/^HRB \d{1,6}$/, "such as HRB 12345") }),
};

export type PartName = keyof typeof partSchemas;

export const partNames = ["person", "address", "company"] as const satisfies readonly PartName[];

type Values = { readonly [Name in PartName]: z.infer<(typeof partSchemas)[Name]> };

/** A part as it was given. */
export interface Part<Value> {
  readonly value: Value;
  /** Subject of the token of whoever has entered it. */
  readonly by: string;
}

export type Parts = { readonly [Name in PartName]?: Part<Values[Name]> };

export function isPartName(name: unknown): name is PartName {
  return partNames.some((known) => known === name);
}
