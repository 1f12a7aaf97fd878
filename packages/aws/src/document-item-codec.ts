import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { isRecord, type JsonObject, PortError, type StoredDocument } from "@stephooks/core";
import { documentKey } from "./document-key.ts";
import { fieldKey } from "./field-key.ts";
import type { Item } from "./item-reader.ts";
import { parseJson } from "./packed-json.ts";

/** A declared field and the local index that orders by it. */
export interface FieldSlot {
  readonly name: string;
  /** 1 to 5. */
  readonly slot: number;
  /** False while documents written before may lack their key. */
  readonly ready: boolean;
}

/** The whole document is one JSON text: nesting, numbers and odd keys round-trip exactly, and nothing is counted twice. */
export function encodeDocumentItem(
  collection: string,
  { document, expiresAt, id, version }: StoredDocument,
  fields: readonly FieldSlot[],
): Record<string, AttributeValue> {
  return {
    ...documentKey(collection, id),
    v: { S: version },
    d: { S: JSON.stringify(document) },
    // `ttl` lets DynamoDB clean up in its own time, whole seconds; `x` is what counts.
    ...(expiresAt === undefined
      ? {}
      : { x: { N: String(expiresAt) }, ttl: { N: String(Math.ceil(expiresAt / 1_000)) } }),
    ...fieldKeys(document, fields),
  };
}

/** Sort keys of the local indexes, by attribute. */
export function fieldKeys(document: JsonObject, fields: readonly FieldSlot[]): Record<string, AttributeValue> {
  return Object.fromEntries(
    fields.flatMap(({ name, slot }) => {
      const key = fieldKey(document, name);
      return key === undefined ? [] : [[`f${slot}`, { S: key }]];
    }),
  );
}

/** @throws PortError `corrupt`. */
export function decodeDocumentItem(item: Item): StoredDocument {
  const id = item["sk"]?.S;
  const version = item["v"]?.S;
  const document = parseJson(item["d"]?.S ?? "");
  const expiresAt = item["x"]?.N;
  if (id === undefined || version === undefined || !isRecord(document) || document["_id"] !== id) {
    throw new PortError(
      "corrupt",
      `Document ${String(id)} cannot be read: something else wrote the item, or a newer version did.`,
      { document: id, partition: item["pk"]?.S },
    );
  }
  const stored = { id, version, document };
  return expiresAt === undefined ? stored : { ...stored, expiresAt: Number(expiresAt) };
}

export function isOver({ expiresAt }: StoredDocument, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}
