import type { DoneRequest } from "./killable-process.ts";

/** A conditional write that the table accepted. */
export interface Commit {
  /** `<partition key> <sort key>`. */
  readonly item: string;
  /** True for the write that made the item. */
  readonly created: boolean;
  /** The seq it set, when it set one. */
  readonly seq?: number;
  /** The fan-out and branch whose result it recorded, when it recorded one. */
  readonly result?: string;
}

/** Everything that bodies and writes of one run leave behind for the judge. */
export class RunLog {
  /** One line for each body that began: instance, step, idempotency key. */
  readonly executions: string[] = [];
  readonly commits: Commit[] = [];
  /** What a scenario saw with its own eyes that must not be. */
  readonly complaints: string[] = [];
  readonly #marks = new Map<string, number>();

  /** Notes that something was acknowledged now. */
  mark(name: string): void {
    this.#marks.set(name, this.commits.length);
  }

  /** The commits after a mark; undefined when there is none. */
  sinceMark(name: string): readonly Commit[] | undefined {
    const mark = this.#marks.get(name);
    return mark === undefined ? undefined : this.commits.slice(mark);
  }

  done({ input, operation }: DoneRequest): void {
    // Entries of a history are put without a condition, and without a seq of their own.
    const put = operation === "PutItem" ? (input["Item"] as Attributes) : {};
    if (put["n"] !== undefined) this.commits.push(commitOf(put, true));
    if (operation !== "UpdateItem") return;
    const values = (input["ExpressionAttributeValues"] ?? {}) as Attributes;
    const names = (input["ExpressionAttributeNames"] ?? {}) as Readonly<Record<string, string>>;
    const branch = names["#rb"];
    this.commits.push({
      ...commitOf({ ...(input["Key"] as Attributes), ...plainNames(values) }, false),
      ...(branch === undefined ? {} : { result: `${values[":n0"]?.N}/${branch}` }),
    });
  }
}

type Attributes = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;

/** The adapters name the placeholder of a written attribute after it. */
function plainNames(values: Attributes): Attributes {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name.slice(1), value]));
}

function commitOf(attributes: Attributes, created: boolean): Commit {
  const seq = attributes["n"]?.N;
  return {
    item: `${attributes["pk"]?.S} ${attributes["sk"]?.S}`,
    created,
    ...(seq === undefined ? {} : { seq: Number(seq) }),
  };
}
