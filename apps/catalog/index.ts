import { app, openapi, realtime, response } from "stephooks";
import { z } from "zod";

/** What a product must be, whoever sends it. */
const product = z.strictObject({
  name: z.string().trim().min(1, "A product needs a name").max(80, "80 letters at most"),
  price: z.number("A price is a number").positive("A price is above 0"),
  stock: z.int("Whole pieces only").min(0, "Not below 0").default(0),
});

type Product = z.output<typeof product> & { readonly _id: string };

/** What an open page is told. */
type LiveEvent = { readonly changed: Product } | { readonly removed: string } | { readonly reload: true };

const CHANNEL = "/live";
const tell = (event: LiveEvent) => realtime.publishEvent(CHANNEL, event);

// Everybody may look on; what changes something needs the API key.
app.auth("/api/*", (req, _res, next) => next(req.method === "GET" ? undefined : "Changing something needs the key"));
app.auth(CHANNEL, (_req, _res, next) => next());
app.auth(`${CHANNEL}/:listener`, (_req, _res, next) => next());

realtime.createChannel(CHANNEL);
app.post(
  CHANNEL,
  openapi({
    summary: "Makes a listener",
    tags: ["Live"],
    description: "Its stream of server-sent events is at /live/{listener}.",
    responses: { 201: response("The listener", z.object({ listener: z.string() })) },
  }),
  async (_req, res) => res.status(201).json({ listener: (await realtime.createListener(CHANNEL))._id }),
);

const hooks = await app.crudlify({ products: product }, { prefix: "/api" });
for (const hook of ["afterPOST", "afterPUT"] as const) {
  hooks[hook]("products", (stored: Product) => tell({ changed: stored }));
}
hooks
  .afterPATCH("products", (stored: Product | { count: number }) =>
    tell("_id" in stored ? { changed: stored } : { reload: true }),
  )
  .afterDELETE("products", ({ _id }: Product) => tell({ removed: _id }));

app.openapi({ info: { title: "Catalog", version: "1.0.0" } });

app.static({
  route: "/",
  directory: "/web",
  headers: { "content-security-policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'" },
});

export default app.init();
