import { describe, expect, test } from "vitest";
import * as yup from "yup";
import { z } from "zod";
import { z as z3 } from "zod/v3";
import type { App } from "../../src/host/index.ts";
import { body, header, openapi, param, query, response } from "../../src/index.ts";
import { docsWorld } from "./docs-world.ts";
import { at, expectValid, keysAt } from "./valid-document.ts";

async function documentOf(register: (app: App) => unknown): Promise<unknown> {
  const document = await docsWorld(register).document();
  await expectValid(document);
  return document;
}

const answer = (): void => {};

const book = z.object({
  title: z.string().min(1),
  price: z.number().positive(),
  isbn: z.string().optional(),
  bought: z.coerce.date().nullable(),
  size: z.tuple([z.number(), z.number()]),
  kind: z.enum(["paper", "audio"]).default("paper"),
  get next() {
    return book.optional();
  },
});

describe("routes", () => {
  test("each with its method, and the parameters of its path", async () => {
    const document = await documentOf((app) => {
      app.openapi();
      app.get("/users/:id/books/:book", answer);
      app.post("/users", answer);
      app.delete("/Users/:name/", answer);
      app.get(/^\/internal/, answer);
      app.get("/files/:area/*", answer);
      app.all("/hook", answer);
    });
    expect(keysAt(document, "paths")).toEqual([
      "/Users/{name}",
      "/files/{area}/{rest}",
      "/hook",
      "/users",
      "/users/{id}/books/{book}",
    ]);
    expect(keysAt(document, "paths", "/hook")).toEqual(["get", "post", "put", "patch", "delete"]);
    expect(at(document, "paths", "/users/{id}/books/{book}", "get")).toEqual({
      summary: "GET /users/:id/books/:book",
      tags: ["default"],
      parameters: ["id", "book"].map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
      responses: { "200": { description: "Success" } },
    });
  });

  test("with what openapi() says of them, whatever library the schemas are of", async () => {
    const order = yup.object({ count: yup.number().integer().min(1).required(), note: yup.string().nullable() });
    const document = await documentOf((app) => {
      app.openapi();
      app.post(
        "/orders/:id",
        openapi({
          summary: "Orders books",
          operationId: "order",
          tags: ["Shop"],
          security: [{ bearerAuth: [] }],
          parameters: [query("dry", { schema: z.boolean(), description: "Only tells" }), header("x-trace")],
          requestBody: body(order),
          responses: { 201: response("Ordered", z3.object({ _id: z3.string() })), 404: response("No such book") },
        }),
        answer,
      );
      app.put("/orders/:number", openapi({ parameters: [param("number", { schema: z.int() }), param("x")] }), answer);
    });
    const text = { type: "string" };
    expect(at(document, "paths", "/orders/{id}", "post")).toEqual({
      summary: "Orders books",
      operationId: "order",
      tags: ["Shop"],
      security: [{ bearerAuth: [] }],
      parameters: [
        { name: "id", in: "path", required: true, schema: text },
        { name: "dry", in: "query", required: false, schema: { type: "boolean" }, description: "Only tells" },
        { name: "x-trace", in: "header", required: false, schema: text },
      ],
      requestBody: {
        required: true,
        content: {
          "application/json": {
            schema: {
              type: "object",
              properties: { count: { type: "integer", minimum: 1 }, note: { type: "string", nullable: true } },
              required: ["count"],
            },
          },
        },
      },
      responses: {
        "201": {
          description: "Ordered",
          content: {
            "application/json": { schema: { type: "object", properties: { _id: text }, required: ["_id"] } },
          },
        },
        "404": { description: "No such book" },
      },
    });
    // One path in the document, whose parameter has the name of the first route.
    expect(at(document, "paths", "/orders/{id}", "put", "parameters")).toEqual([
      { name: "id", in: "path", required: true, schema: expect.objectContaining({ type: "integer" }) },
    ]);
  });

  test("of two for the same path and method the one that answers", async () => {
    const document = await documentOf((app) => {
      app.openapi();
      app.get("/a/:x", openapi({ summary: "first" }), answer);
      app.get("/a/:y", openapi({ summary: "second" }), answer);
    });
    expect(at(document, "paths")).toMatchObject({ "/a/{x}": { get: { summary: "first" } } });
    expect(keysAt(document, "paths")).toHaveLength(1);
  });

  test("without its own, and without what the filter leaves out", async () => {
    const asked: unknown[] = [];
    const document = await documentOf((app) => {
      app.get("/docs-of-mine", openapi({ summary: "Mine", tags: ["A"], operationId: "mine" }), answer);
      app.delete("/internal/:id", answer);
      app.openapi({
        filter: (operation) => {
          asked.push(operation);
          return operation.method !== "delete";
        },
      });
    });
    expect(keysAt(document, "paths")).toEqual(["/docs-of-mine"]);
    expect(asked).toEqual([
      { method: "get", path: "/docs-of-mine", operationId: "mine", tags: ["A"], summary: "Mine" },
      {
        method: "delete",
        path: "/internal/{id}",
        operationId: undefined,
        tags: ["default"],
        summary: "DELETE /internal/:id",
      },
    ]);
  });
});

describe("crudlify", () => {
  test("a set of operations for each collection, in the place of those for any", async () => {
    const document = await documentOf(async (app) => {
      void app.crudlify(
        {
          books: book,
          "old-books": z3.object({ title: z3.string().email(), pages: z3.number().int().gt(0).optional() }).strict(),
          readers: yup.object({ name: yup.string().required(), born: yup.date() }),
          loans: { type: "object", properties: { due: { type: ["string", "null"] } }, additionalProperties: false },
          notes: null,
        },
        { prefix: "/api" },
      );
      app.openapi();
    });
    expect(keysAt(document, "paths")).toHaveLength(15);
    expect(keysAt(document, "paths", "/api/books")).toEqual(["post", "get"]);
    expect(keysAt(document, "paths", "/api/books/{ID}")).toEqual(["get", "put", "patch", "delete"]);
    expect(keysAt(document, "paths", "/api/books/_byquery")).toEqual(["patch", "delete"]);
    expect(at(document, "paths", "/api/books", "get")).toMatchObject({ operationId: "listBooks", tags: ["Books"] });
    expect(at(document, "components", "schemas", "Loans")).toEqual({
      type: "object",
      properties: { due: { type: "string", nullable: true } },
      additionalProperties: false,
    });
    expect(at(document, "components", "schemas", "LoansDocument")).toMatchObject({
      properties: { _id: { type: "string" }, due: { type: "string" } },
      required: ["_id"],
      additionalProperties: false,
    });
    expect(at(document, "components", "schemas", "Old-books")).toEqual({
      type: "object",
      properties: {
        title: { type: "string", format: "email" },
        pages: { type: "integer", minimum: 0, exclusiveMinimum: true },
      },
      required: ["title"],
      additionalProperties: false,
    });
    expect(at(document, "components", "schemas", "Notes")).toMatchObject({ additionalProperties: true });
  });

  test("without schemas: operations for any collection", async () => {
    const document = await documentOf((app) => void app.openapi().crudlify());
    expect(keysAt(document, "paths")).toEqual(["/{collection}", "/{collection}/_byquery", "/{collection}/{ID}"]);
  });

  test("two calls of it, and a route of the app that comes first", async () => {
    const document = await documentOf((app) => {
      app.openapi();
      app.get("/a/books", openapi({ summary: "Mine" }), answer);
      void app.crudlify({ books: book }, { prefix: "/a" });
      void app.crudlify({ books: null }, { prefix: "/b" });
    });
    expect(at(document, "paths", "/a/books", "get", "summary")).toBe("Mine");
    expect(at(document, "paths", "/a/books", "post", "operationId")).toBe("createBook");
    expect(at(document, "paths", "/b/books", "post", "operationId")).toBe("createBook2");
  });
});

test("what the app says of itself is in it", async () => {
  const config = {
    info: { title: "Shop", version: "2.0.0", description: "Sells", license: { name: "MIT" } },
    servers: [{ url: "https://shop.example/{area}", variables: { area: { default: "eu", enum: ["eu", "us"] } } }],
    tags: [{ name: "A", description: "First" }],
    security: [{ bearerAuth: [] }, {}],
    externalDocs: { url: "https://docs.example" },
    components: {
      schemas: { Book: book },
      securitySchemes: { basic: { type: "http", scheme: "basic" } },
    },
  };
  const document = await documentOf((app) => app.openapi(config));
  const { components, ...rest } = config;
  expect(document).toMatchObject(rest);
  expect(keysAt(document, "components", "securitySchemes")).toEqual(["apiKey", "bearerAuth", "basic"]);
  expect(keysAt(document, "components", "schemas")).toContain("Book");
  expect(components).toBeDefined();
});

test("an app without any route has a document, whose server is the app as it was asked for", async () => {
  const document = await documentOf((app) => app.openapi());
  expect(document).toMatchObject({
    info: { title: "API", version: "1.0.0" },
    paths: {},
    servers: [{ url: "/" }],
    security: [{ apiKey: [] }],
  });
  const world = docsWorld((app) => app.openapi());
  expect(await world.document("/dev/openapi.json")).toMatchObject({ servers: [{ url: "/dev" }] });
});
