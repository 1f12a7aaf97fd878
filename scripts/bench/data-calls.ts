import type { BareData } from "@stephooks/aws/bench";
import type { Connection } from "stephooks";

/** One call of the datastore and the same work with the SDK alone. */
export interface DataCall {
  readonly name: string;
  /** Makes what the call needs; not measured. */
  readonly prepare?: (data: Connection, bare: BareData, index: number) => Promise<unknown>;
  readonly ours: (data: Connection, index: number) => Promise<unknown>;
  readonly bare: (bare: BareData, index: number) => Promise<unknown>;
}

/** Matches of one city among the people. */
const PER_CITY = 10;
export const PEOPLE = 1_000;

export function personAt(index: number) {
  return { _id: `p-${index}`, city: `city ${Math.floor(index / PER_CITY)}`, n: 0, note: "x".repeat(200) };
}

const some = (index: number): string => `p-${(index * 37) % PEOPLE}`;
const city = (index: number): string => `city ${(index * 7) % (PEOPLE / PER_CITY)}`;

const insertBoth =
  (prefix: string): NonNullable<DataCall["prepare"]> =>
  async (data, bare, index) => {
    const document = { ...personAt(index), _id: `${prefix}-${index}` };
    await data.insertOne("people", document);
    await bare.insert(document._id, document);
  };

export const dataCalls: readonly DataCall[] = [
  {
    name: "insertOne",
    ours: (data, index) => data.insertOne("people", { ...personAt(index), _id: `new-${index}` }),
    bare: (bare, index) => bare.insert(`new-${index}`, personAt(index)),
  },
  {
    name: "getOne by _id",
    ours: (data, index) => data.getOne("people", some(index)),
    bare: (bare, index) => bare.get(some(index)),
  },
  {
    name: "getArray, $in of 10 _ids",
    ours: (data, index) => data.getArray("people", { _id: { $in: tenIds(index) } }),
    bare: (bare, index) => bare.getSeveral(tenIds(index)),
  },
  {
    name: "getArray, declared field, 10 matches",
    ours: (data, index) => data.getArray("people", { city: city(index) }),
    bare: (bare, index) => bare.find(city(index)),
  },
  {
    name: "updateOne by _id, $inc",
    ours: (data, index) => data.updateOne("people", some(index), { $inc: { n: 1 } }),
    bare: (bare, index) => bare.update(some(index)),
  },
  {
    name: "removeOne by _id",
    prepare: insertBoth("gone"),
    ours: (data, index) => data.removeOne("people", `gone-${index}`),
    bare: (bare, index) => bare.remove(`gone-${index}`),
  },
  {
    name: "set",
    ours: (data, index) => data.set(`k-${index}`, "a text"),
    bare: (bare, index) => bare.set(`k-${index}`, "a text"),
  },
  {
    name: "get",
    ours: (data) => data.get("k-0"),
    bare: (bare) => bare.read("k-0"),
  },
  {
    name: "incr",
    ours: (data) => data.incr("hits", 1),
    bare: (bare) => bare.count("hits"),
  },
  {
    name: "del",
    ours: (data, index) => data.del(`k-${index}`),
    bare: (bare, index) => bare.take(`k-${index}`),
  },
];

function tenIds(index: number): readonly string[] {
  return Array.from({ length: 10 }, (_, offset) => some(index + offset));
}
