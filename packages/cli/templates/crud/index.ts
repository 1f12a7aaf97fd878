import { app, Datastore } from "stephooks";

/** JSON Schema: what does not fit is refused with 400 and the places that do not. */
const product = {
  type: "object",
  properties: {
    _id: { type: "string" },
    name: { type: "string", minLength: 1 },
    price: { type: "number", minimum: 0 },
    stock: { type: "integer", minimum: 0 },
  },
  required: ["name", "price"],
  additionalProperties: false,
};

// What must be ordered soon. Own routes come before crudlify's, which match every path of their form.
app.get("/low-stock", async (_req, res) => {
  const data = await Datastore.open();
  await data.getMany("products", { stock: { $lt: 5 } }).json(res);
});

// GET, POST, PUT, PATCH and DELETE below /products.
const hooks = await app.crudlify({ products: product });

hooks.beforePOST("products", async (document: { stock?: number }) => {
  document.stock ??= 0;
});

export default app.init();
