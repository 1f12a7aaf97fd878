import { isRecord } from "@stephooks/core";
import { collectionOperations, type CollectionOperations, Datastore, type Document } from "../datastore/index.ts";
import { currentRuntime } from "../host/current-runtime.ts";
import { StephooksError } from "../stephooks-error.ts";
import type { CrudRequest } from "./crud-route.ts";
import type { ValidateDocument } from "./document-validator.ts";
import { byQuery } from "./by-query.ts";

/** Inserts a document, or each of several: all are validated, and all hooks run, before the first is stored. */
export async function insertSent({ collection, hooks, req, res, validate }: CrudRequest): Promise<void> {
  const sent: unknown = req.body;
  const documents: Document[] = [];
  for (const given of Array.isArray(sent) ? sent : [sent]) documents.push(await validated(object(given), validate));
  for (const document of documents) await hooks.fireBefore(collection, "POST", document);
  const data = await Datastore.open();
  const stored = await data.insertMany(collection, documents);
  for (const document of [stored].flat()) await hooks.fireAfter(collection, "POST", document);
  res.status(201).json(Array.isArray(sent) ? stored : [stored].flat()[0]);
}

/** Replaces a document by what its schema makes of the body. The `_id` is that of the path. */
export async function replaceOne({ collection, hooks, id, req, res, validate }: CrudRequest): Promise<void> {
  const { _id, ...content } = object(req.body);
  const operator = Object.keys(content).find((key) => key.startsWith("$"));
  if (operator !== undefined) {
    throw new StephooksError(
      "invalid-document",
      `"${operator.slice(0, 50)}" cannot be a field of a document. Send operators with PATCH.`,
    );
  }
  const document = { ...object(await withOrWithoutId(content, id, validate)), _id: id };
  await hooks.fireBefore(collection, "PUT", document);
  const data = await Datastore.open();
  const stored = await data.replaceOne(collection, id, document);
  await hooks.fireAfter(collection, "PUT", stored);
  res.json(stored);
}

/** Changes a document. What it becomes is validated, on every version that is met. */
export async function updateOne({ collection, hooks, id, req, res, validate }: CrudRequest): Promise<void> {
  const update = object(req.body);
  await hooks.fireBefore(collection, "PATCH", update);
  const changed = await checked(collection, update, validate).updateOne(id, update);
  await hooks.fireAfter(collection, "PATCH", changed);
  res.json(changed);
}

/** The same for every document that a query finds. Each is changed or refused by itself. */
export async function updateByQuery({ collection, hooks, req, res, validate }: CrudRequest): Promise<void> {
  const filter = await byQuery(req.query);
  const update = object(req.body);
  await hooks.fireBefore(collection, "PATCH", update);
  const result = await checked(collection, update, validate).updateMany(filter, update, {});
  await hooks.fireAfter(collection, "PATCH", result);
  res.json(result);
}

export async function removeOne({ collection, hooks, id, res }: CrudRequest): Promise<void> {
  await hooks.fireBefore(collection, "DELETE", id);
  const data = await Datastore.open();
  const result = await data.removeOne(collection, id);
  await hooks.fireAfter(collection, "DELETE", result);
  res.json(result);
}

/** Removes what a query finds: one after the other where hooks want to hear of each. */
export async function removeByQuery(request: CrudRequest): Promise<void> {
  const { collection, hooks, req, res } = request;
  const filter = await byQuery(req.query);
  const data = await Datastore.open();
  if (!hooks.hasDelete(collection)) {
    res.json(await data.removeMany(collection, filter));
    return;
  }
  let count = 0;
  const found = await data.getMany(collection, filter, { hints: { $fields: { _id: 1 } } }).toArray();
  for (const { _id } of found) {
    await hooks.fireBefore(collection, "DELETE", _id);
    // It may have changed, or be gone, since it was found.
    const removed = await data.removeMany(collection, { $and: [{ _id }, filter] });
    if (removed.count > 0) await hooks.fireAfter(collection, "DELETE", { _id });
    count += removed.count;
  }
  res.json({ count });
}

/** The collection, with every document that an update makes validated before it is written. */
function checked(collection: string, update: Document, validate: ValidateDocument | undefined): CollectionOperations {
  // The time a document was given to live is no field of its own, unless the client sends one.
  const setsTtl = JSON.stringify(update).includes("_ttl");
  return collectionOperations(collection, currentRuntime(), async ({ _id, _ttl, ...content }) => {
    const fields = setsTtl && _ttl !== undefined ? { ...content, _ttl } : content;
    await withOrWithoutId(fields, String(_id), validate);
  });
}

async function validated(document: Document, validate: ValidateDocument | undefined): Promise<Document> {
  return validate ? object(await validate(document)) : document;
}

/** Some schemas know no `_id`, others want one. */
async function withOrWithoutId(
  fields: Document,
  _id: string,
  validate: ValidateDocument | undefined,
): Promise<unknown> {
  if (!validate) return fields;
  try {
    return await validate(fields);
  } catch (error) {
    return validate({ ...fields, _id }).catch(() => {
      throw error;
    });
  }
}

/** @throws StephooksError `invalid-document`. */
function object(given: unknown): Document {
  if (isRecord(given)) return given;
  throw new StephooksError("invalid-document", "Not an object: send a JSON object.");
}
