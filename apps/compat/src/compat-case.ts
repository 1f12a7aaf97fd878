import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

/** A value that is computed when the request is sent. */
export interface HmacHeader {
  readonly $hmac: {
    readonly alg: string;
    readonly key: string;
    readonly keyEncoding?: BufferEncoding;
    readonly template: string;
    readonly encoding: "hex" | "base64";
    readonly prefix?: string;
  };
}

export interface FormPart {
  readonly name: string;
  readonly value: string;
  readonly filename?: string;
  readonly contentType?: string;
}

export interface RequestStep {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | HmacHeader>>;
  readonly body?: unknown;
  readonly rawBody?: string;
  readonly form?: readonly FormPart[];
  readonly sse?: string;
  readonly repeat?: number;
  readonly eventually?: boolean;
  readonly expectStatus?: number | readonly number[];
  readonly expectBody?: unknown;
  readonly expectHeaders?: Readonly<Record<string, unknown>>;
  readonly save?: Readonly<Record<string, string>>;
}

export interface ControlStep {
  readonly control: "job" | "db" | "sink" | "stubCall" | "sse";
  readonly cron?: string;
  readonly collection?: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly expectCount?: number;
  readonly expectFirst?: unknown;
  readonly match?: unknown;
  readonly stream?: string;
  readonly expectEvent?: unknown;
  readonly eventually?: boolean;
}

export type Step = RequestStep | ControlStep;

export interface HttpStub {
  readonly url: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An app and what is asked of it. */
export interface CompatCase {
  readonly id: string;
  readonly repo: "templates" | "examples";
  readonly dir: string;
  readonly entry: string | null;
  readonly inlineApp?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly preload?: string;
  readonly fixtures?: {
    readonly collections?: Readonly<Record<string, readonly object[]>>;
    readonly blobs?: readonly { readonly path: string; readonly from: string }[];
  };
  readonly httpStubs?: readonly HttpStub[];
  readonly steps: readonly Step[];
}

const files: readonly string[] = ["contract-cases.json", "workflow-cases.json", "app-cases.json"];

/** All cases, each file checked by the schema. Throws with what is wrong in which file. */
export function readCases(): readonly CompatCase[] {
  const validate = new Ajv({ allowUnionTypes: true }).compile<CompatCase[]>(readJson("cases.schema.json"));
  return files.flatMap((file) => {
    const cases: unknown = readJson(file);
    if (validate(cases)) return cases;
    const [first] = validate.errors ?? [];
    throw new TypeError(`cases/${file}${first?.instancePath ?? ""} ${first?.message ?? "is not as the schema says"}`);
  });
}

function readJson(name: string): object {
  return JSON.parse(readFileSync(new URL(`../cases/${name}`, import.meta.url), "utf8"));
}
