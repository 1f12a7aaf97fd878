import { createServer } from "node:http";

/** How the shop answers the n-th request, 1 being the first; undefined: with its page. */
export type Mood = (request: number) => { readonly status: number; readonly retryAfter?: number } | undefined;

/** A shop that lists its products in pages. */
export interface Shop {
  readonly url: string;
  /** Where each page began that was asked for, null the first, in order. */
  readonly asked: readonly (string | null)[];
  /** Shall answer like this from now on. */
  mood: Mood;
  items: unknown[];
  close(): Promise<void>;
}

export function product(number: number): { id: string; name: string; price: number } {
  return { id: `p${String(number).padStart(5, "0")}`, name: `Product ${number}`, price: number };
}

/** Listens on loopback. */
export async function openShop(items: unknown[]): Promise<Shop> {
  const asked: (string | null)[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://shop");
    asked.push(searchParams.get("after"));
    const refusal = shop.mood(asked.length);
    if (refusal) {
      const headers = refusal.retryAfter === undefined ? {} : { "retry-after": String(refusal.retryAfter) };
      response.writeHead(refusal.status, headers).end();
      return;
    }
    const from = Number(searchParams.get("after") ?? 0);
    const until = from + Number(searchParams.get("limit"));
    const next = until < shop.items.length ? String(until) : null;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ items: shop.items.slice(from, until), next, total: shop.items.length }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("a server on a port has a port");
  const shop: Shop = {
    url: `http://127.0.0.1:${address.port}/products`,
    asked,
    mood: () => undefined,
    items,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return shop;
}
