import fc from "fast-check";
import { expect, test } from "vitest";
import { body, openapi, query, response } from "../../src/index.ts";
import { openApiDocument } from "../../src/openapi/openapi-document.ts";
import { expectValid } from "./valid-document.ts";

/* Whatever an app registers and whatever its JSON Schemas hold, the document is valid. A failure prints its seed. */

const keywords = fc.constantFrom(
  ...["type", "enum", "const", "default", "examples", "required", "pattern", "format", "title", "description"],
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxItems"],
  ...["uniqueItems", "nullable", "readOnly", "$id", "$schema", "$comment", "if", "contains", "dependentRequired"],
  ...["discriminator", "xml", "externalDocs", "example", "deprecated", "x-own", "unknown"],
);
const typeNames = fc.constantFrom("string", "number", "integer", "boolean", "array", "object", "null");
const names = fc.constantFrom("a", "b-c", "d e", "$f", "__proto__x", "type", "properties", "$ref2");

const schemas = fc.letrec<{ schema: unknown; object: object }>((tie) => ({
  schema: fc.oneof({ maxDepth: 2, depthIdentifier: "schema" }, fc.boolean(), tie("object")),
  object: fc
    .tuple(
      fc.dictionary(keywords, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
      fc.record(
        {
          type: fc.oneof(typeNames, fc.uniqueArray(typeNames, { minLength: 1 })),
          properties: fc.dictionary(names, tie("schema"), { maxKeys: 3 }),
          required: fc.array(names, { maxLength: 3 }),
          items: fc.oneof(tie("schema"), fc.array(tie("schema"), { maxLength: 2 })),
          prefixItems: fc.array(tie("schema"), { maxLength: 2 }),
          additionalProperties: tie("schema"),
          patternProperties: fc.dictionary(names, tie("schema"), { maxKeys: 1 }),
          not: tie("schema"),
          anyOf: fc.array(tie("schema"), { maxLength: 2 }),
          oneOf: fc.array(tie("schema"), { maxLength: 2 }),
          allOf: fc.array(tie("schema"), { maxLength: 2 }),
        },
        { requiredKeys: [] },
      ),
    )
    .map(([some, more]) => ({ ...some, ...more })),
}));

/** Some refer to themselves. */
const whole = fc
  .tuple(schemas.object, fc.boolean())
  .map(([schema, isRecursive]) => (isRecursive ? { ...schema, properties: { self: { $ref: "#" } } } : schema));

const segments = fc.constantFrom(
  "",
  "users",
  ":id",
  ":ID",
  ":x",
  "*",
  "a{b}",
  "docs",
  "Über",
  ":a:b",
  "f*",
  "_byquery",
);
const paths = fc.array(segments, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
const methods = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "*");

const routes = fc.record({
  method: methods,
  path: paths,
  handlers: fc.record({ schema: whole, id: fc.constantFrom("one", "two"), isSaid: fc.boolean() }).map((said) => [
    ...(said.isSaid
      ? [
          openapi({
            operationId: said.id,
            parameters: [query("q", { schema: said.schema })],
            requestBody: body(said.schema),
            responses: { 200: response("ok", said.schema), default: response("else") },
          }),
        ]
      : []),
    () => {},
  ]),
});

const handler = (): void => {};
const cruds = fc.record({
  prefix: fc.constantFrom("", "/api"),
  schemas: fc.dictionary(fc.constantFrom("books", "Books", "old books", "a/b", "series"), fc.option(whole)),
  handlers: fc.constant(new Set([handler])),
});

test("every document is valid", { timeout: 240_000 }, async () => {
  const apps = fc.record({ routes: fc.array(routes, { maxLength: 4 }), crud: cruds });
  await fc.assert(
    fc.asyncProperty(apps, async ({ crud, routes: own }) => {
      const all = [...own, { method: "GET", path: "/:collection", handlers: [handler] }];
      const document = openApiDocument({ routes: all, cruds: [crud], base: "" }, {});
      await expectValid(JSON.parse(JSON.stringify(document)));
      expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    }),
    { numRuns: 15 },
  );
});
