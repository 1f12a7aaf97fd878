import { isRecord, type JsonObject } from "@stephooks/core";
import { checkFor, type Document } from "../datastore/index.ts";
import { StephooksError } from "../stephooks-error.ts";

/** What is wrong with a document, and where. */
export interface Issue {
  /** Such as `address.0.zip`; empty for the document itself. */
  readonly path: string;
  readonly message: string;
}

/** The document as its schema makes it, with defaults. @throws StephooksError `schema-mismatch` with its issues. */
export type ValidateDocument = (document: Document) => Promise<unknown>;

/** A compiler of JSON Schemas, as `new Ajv()` is. */
export interface SchemaCompiler {
  compile(schema: object): SchemaCheck;
}

interface SchemaCheck {
  (document: unknown): unknown;
  readonly errors?: unknown;
}

/** What zod, yup and other libraries answer, as far as it is used here. */
type Judge = (document: unknown) => unknown;

/**
 * The validator of one collection, by what its schema can do: `safeParse` as of zod, `validate` and `cast` as of yup,
 * `~standard` as of any other library with a Standard Schema; a plain object is a JSON Schema, compiled when it is first used.
 *
 * @throws StephooksError `invalid-schema` for anything else.
 */
export function documentValidator(collection: string, schema: unknown, compiler?: SchemaCompiler): ValidateDocument {
  const zod = method(schema, "safeParseAsync") ?? method(schema, "safeParse");
  if (zod) return async (document) => zodResult(collection, await zod(document));
  const yup = method(schema, "cast") && method(schema, "validate");
  if (yup) return (document) => yupResult(collection, yup, document);
  const standard = isObject(schema) ? method(schema["~standard"], "validate") : undefined;
  if (standard) return async (document) => standardResult(collection, await standard(document));
  if (isPlain(schema)) return jsonSchema(collection, schema, compiler);
  throw new StephooksError(
    "invalid-schema",
    `The schema of "${collection}" is ${schema === undefined ? "undefined: look at the import it came from" : "none"}. Give a schema of zod or yup, a JSON Schema, or null for no validation.`,
    { collection },
  );
}

function zodResult(collection: string, result: unknown): unknown {
  if (!isRecord(result)) throw noResult(collection);
  if (result["success"] === true) return result["data"];
  const issues = isObject(result["error"]) ? result["error"]["issues"] : undefined;
  throw mismatch(collection, issuesOf(issues), issues);
}

function standardResult(collection: string, result: unknown): unknown {
  if (!isRecord(result)) throw noResult(collection);
  if (!Array.isArray(result["issues"])) return result["value"];
  throw mismatch(collection, issuesOf(result["issues"]), result["issues"]);
}

async function yupResult(
  collection: string,
  validate: (document: unknown, options: object) => unknown,
  document: Document,
): Promise<unknown> {
  try {
    return await validate(document, { abortEarly: false });
  } catch (error) {
    if (!isObject(error) || error["name"] !== "ValidationError") throw error;
    const inner: unknown = error["inner"];
    throw mismatch(collection, issuesOf(Array.isArray(inner) && inner.length > 0 ? inner : [error]), error);
  }
}

function jsonSchema(
  collection: string,
  schema: Readonly<Record<string, unknown>>,
  compiler: SchemaCompiler | undefined,
): ValidateDocument {
  let own: SchemaCheck | undefined;
  return async (document) => {
    if (compiler) own ??= compiler.compile(schema);
    const findings = own ? failuresOf(own, document) : (await checkFor(collection, asJson(schema)))(document);
    if (findings.length === 0) return document;
    throw mismatch(collection, issuesOf(findings), findings);
  };
}

function failuresOf(check: SchemaCheck, document: Document): readonly unknown[] {
  if (check(document) === true) return [];
  return Array.isArray(check.errors) ? check.errors : [{}];
}

/** What was wrong, from what the libraries tell: paths are lists of keys, texts with dots, or JSON pointers. */
export function issuesOf(found: unknown): readonly Issue[] {
  if (!Array.isArray(found)) return [];
  return found.map((issue: unknown) => {
    const { instancePath, message, path } = isObject(issue) ? issue : {};
    return {
      path: pathText(path ?? instancePath),
      message: typeof message === "string" ? message : "does not match",
    };
  });
}

function pathText(path: unknown): string {
  if (Array.isArray(path)) return path.map((key: unknown) => String(isObject(key) ? key["key"] : key)).join(".");
  return typeof path === "string" ? path.replace(/^\//, "").replaceAll("/", ".") : "";
}

/** `schemaError` is what the library said. */
function mismatch(collection: string, issues: readonly Issue[], schemaError: unknown): StephooksError {
  const texts = issues.map(({ message, path }) => (path === "" ? message : `${path}: ${message}`));
  const error = new StephooksError(
    "schema-mismatch",
    `The document does not match the schema of "${collection}": ${texts.join("; ")}.`,
    { collection },
  );
  return Object.assign(error, { schemaError, issues });
}

function noResult(collection: string): StephooksError {
  return new StephooksError("invalid-schema", `The schema of "${collection}" answers nothing.`, { collection });
}

function method(holder: unknown, name: string): Judge | undefined {
  const found = isObject(holder) ? holder[name] : undefined;
  if (typeof found !== "function") return undefined;
  return (...args: readonly unknown[]) => Reflect.apply(found, holder, args);
}

/** Schemas are instances of classes, and of some libraries functions. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** What has methods is the schema of a library that is not known here, and would pass for a JSON Schema of nothing. */
function isPlain(schema: unknown): schema is Readonly<Record<string, unknown>> {
  if (!isRecord(schema)) return false;
  const prototype: unknown = Object.getPrototypeOf(schema);
  const isData = prototype === Object.prototype || prototype === null;
  return isData && Object.values(schema).every((value) => typeof value !== "function");
}

/** The app's own constant: what JSON Schema cannot read, the compiler refuses. */
function asJson(schema: Readonly<Record<string, unknown>>): JsonObject {
  return JSON.parse(JSON.stringify(schema));
}
