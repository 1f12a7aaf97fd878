import { createHash } from "node:crypto";
import { app, Datastore } from "stephooks";
import { checkProduct, type Product, readPage } from "./catalogue.ts";

interface Import {
  pageSize: number;
  /** Where the next page begins: with the counts below it is the checkpoint, committed after every page. */
  cursor?: string | null;
  pages?: number;
  saved?: number;
  refused?: number;
  total?: number;
}

/** An import in which more items than this are wrong is wrong itself. */
const MOST_REFUSED = 100;

/** Writes in flight at once. */
const BATCH = 25;

class TooManyRefused extends Error {
  override readonly name = "TooManyRefused";
}

const catalogue = app.createWorkflow(
  "catalogue-import",
  "Copies the shop's catalogue, page by page",
  {
    page: async (state: Import, goto, _wait, { instanceId, signal }) => {
      if (!(await mayAsk())) return goto("page", {}, { delay: "1s" });
      const answer = await readPage(setting("SHOP_URL"), state.cursor ?? null, state.pageSize, signal);
      if (answer.kind === "busy") return goto("page", {}, { delay: answer.seconds * 1_000 });

      const refused = (state.refused ?? 0) + (await save(answer.items, instanceId));
      if (refused > MOST_REFUSED)
        throw new TooManyRefused(`${refused} items were refused: see GET /imports/:id/refused.`);
      const pages = (state.pages ?? 0) + 1;
      const saved = (state.saved ?? 0) + answer.items.length - (refused - (state.refused ?? 0));
      // Everything above can happen twice, and then changes nothing the second time. Only this counts, and counts once.
      return goto(answer.next === null ? "finish" : "page", {
        cursor: answer.next,
        pages,
        saved,
        refused,
        total: answer.total,
      });
    },
    finish: async (_state, goto) => goto(null),
  },
  {
    timeout: "30s",
    retry: {
      maximumAttempts: 6,
      initialInterval: "2s",
      backoffCoefficient: 2,
      maximumInterval: "1m",
      nonRetryable: ["TooManyRefused"],
    },
  },
);

/** Saves the good ones by their own id, and notes the others; how many those were. */
async function save(items: readonly unknown[], instanceId: string): Promise<number> {
  const data = await Datastore.open();
  const checked = items.map(checkProduct);
  for (let index = 0; index < items.length; index += BATCH) {
    await Promise.all(
      checked.slice(index, index + BATCH).map((product, place) =>
        typeof product === "string"
          ? data.updateOne(
              "refused-items",
              { _id: `${instanceId}:${refusalKey(items[index + place])}` },
              {
                $set: {
                  import: instanceId,
                  reason: product,
                  item: JSON.stringify(items[index + place]).slice(0, 500),
                },
              },
              { upsert: true },
            )
          : data.updateOne("products", { _id: product.id }, { $set: fields(product) }, { upsert: true }),
      ),
    );
  }
  return checked.filter((product) => typeof product === "string").length;
}

function fields({ name, price }: Product): Omit<Product, "id"> {
  return { name, price };
}

/** The same item has the same key, however often its page is read. */
function refusalKey(item: unknown): string {
  return createHash("sha256").update(JSON.stringify(item)).digest("hex");
}

/** All imports together ask the shop this often in one second, whichever process runs them. */
async function mayAsk(): Promise<boolean> {
  const second = Math.floor(Date.now() / 1_000);
  const asked = await Datastore.open().incr(`shop:${second}`, 1, { ttl: 10_000, keyspace: "rate" });
  return asked <= Number(process.env["SHOP_PAGES_PER_SECOND"] ?? 5);
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`Set ${name}: where the shop lists its products.`);
  return value;
}

app.post("/imports", async (req, res) => {
  const { id, pageSize = 100 } = req.body ?? {};
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 500) {
    res.status(400).json({ error: { code: "bad-page-size", message: "pageSize is a whole number from 1 to 500." } });
    return;
  }
  // With an id of the caller's ("nightly-2026-11-23") a second click is the same import.
  const started = await catalogue.start({ pageSize }, id === undefined ? {} : { id });
  res.status(202).json({ id: started._id });
});

app.get("/imports/:id", async (req, res) => {
  const { error, lastError = error, state, status, step } = await catalogue.inspect(req.params["id"]);
  const { pages = 0, refused = 0, saved = 0, total } = Object(state);
  const percent = typeof total === "number" ? Math.floor(((saved + refused) / Math.max(1, total)) * 100) : 0;
  res.json({
    status,
    step,
    pages,
    saved,
    refused,
    total,
    percent,
    ...(lastError ? { lastError: lastError.message } : {}),
  });
});

app.get("/imports/:id/refused", async (req, res) => {
  const data = await Datastore.open();
  await data.getMany("refused-items", { import: req.params["id"] }).json(res);
});

app.get("/products", async (_req, res) => (await Datastore.open()).getMany("products").json(res));

app.post("/imports/:id/pause", async (req, res) => res.json({ id: (await catalogue.pause(req.params["id"]))._id }));
app.post("/imports/:id/resume", async (req, res) => res.json({ id: (await catalogue.resume(req.params["id"]))._id }));
app.post("/imports/:id/retry", async (req, res) => res.json({ id: (await catalogue.retry(req.params["id"]))._id }));
app.delete("/imports/:id", async (req, res) => {
  await catalogue.cancelWorkflow(req.params["id"]);
  res.status(204).end();
});

export default app.init();
