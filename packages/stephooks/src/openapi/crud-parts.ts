import type { JsonObject } from "@stephooks/core";

/* What the operations of every collection have in common. */

const text: JsonObject = { type: "string" };

export const queryParameter: JsonObject = {
  name: "q",
  in: "query",
  description: 'A filter as JSON, such as {"status":"open"}',
  schema: text,
};

/** Every other name in the query is a condition on the field of that name. */
export const filterParameter: JsonObject = {
  name: "filter",
  in: "query",
  style: "form",
  explode: true,
  description: "Conditions on fields, each a parameter of its own, such as status=open or price=<10",
  schema: { type: "object", additionalProperties: text },
};

export const listParameters: readonly JsonObject[] = [
  queryParameter,
  { name: "h", in: "query", description: 'Hints as JSON, such as {"limit":10,"count":true}', schema: text },
  { name: "fields", in: "query", description: "These fields only, separated by commas", schema: text },
  { name: "omit", in: "query", description: "All fields but these", schema: text },
  { name: "sort", in: "query", description: "Fields to sort by, with - in front for descending", schema: text },
  { name: "limit", in: "query", description: "How many at most", schema: { type: "integer", minimum: 0 } },
  { name: "offset", in: "query", description: "How many to leave out first", schema: { type: "integer", minimum: 0 } },
];

/** The body of a change. */
export const updateSchema: JsonObject = {
  type: "object",
  additionalProperties: true,
  description: "Fields to set, or operators",
};

export const countSchema: JsonObject = {
  type: "object",
  properties: { count: { type: "integer" } },
  required: ["count"],
};

export const refusalSchema: JsonObject = {
  type: "object",
  properties: {
    error: {
      description: "What is wrong; a text where the collection is not served",
      oneOf: [
        {
          type: "object",
          properties: {
            code: { type: "string" },
            message: { type: "string" },
            issues: {
              type: "array",
              items: { type: "object", properties: { path: { type: "string" }, message: { type: "string" } } },
            },
          },
        },
        { type: "string" },
      ],
    },
  },
};

export function bodyOf(schema: JsonObject): JsonObject {
  return { required: true, content: { "application/json": { schema } } };
}

export function answered(description: string, schema: JsonObject): JsonObject {
  return { description, content: { "application/json": { schema } } };
}

export function listOf(items: JsonObject): JsonObject {
  return { type: "array", items };
}
