/** One product as the shop's API lists it. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly price: number;
}

/** A page of the shop's catalogue, or for how long the shop wants no further request. */
export type CatalogueAnswer =
  | {
      readonly kind: "page";
      readonly items: readonly unknown[];
      /** Where the next page begins; null after the last. */
      readonly next: string | null;
      readonly total: number;
    }
  | { readonly kind: "busy"; readonly seconds: number };

/** What the shop asks of its clients when it says nothing better. Seconds. */
const BUSY_PAUSE = 5;

/**
 * Reads one page. Anything but a page or a request to slow down is thrown: then the step is tried again.
 *
 * @throws Error naming the status, or what is wrong with the answer.
 */
export async function readPage(
  source: string,
  cursor: string | null,
  pageSize: number,
  signal: AbortSignal,
): Promise<CatalogueAnswer> {
  const url = new URL(source);
  url.searchParams.set("limit", String(pageSize));
  if (cursor !== null) url.searchParams.set("after", cursor);
  const response = await fetch(url, { signal });
  if (response.status === 429 || response.status === 503) {
    return { kind: "busy", seconds: Number(response.headers.get("retry-after")) || BUSY_PAUSE };
  }
  if (!response.ok) throw new Error(`The shop answered ${response.status}.`);
  const { items, next, total } = Object(await response.json());
  if (!Array.isArray(items)) throw new Error("The shop's answer has no list of items.");
  return { kind: "page", items, next: typeof next === "string" ? next : null, total: Number(total) || items.length };
}

/** The product, or what is wrong with it. */
export function checkProduct(item: unknown): Product | string {
  const { id, name, price } = Object(item);
  if (typeof id !== "string" || id === "") return "it has no id";
  if (typeof name !== "string" || name === "") return "it has no name";
  if (typeof price !== "number" || !(price >= 0)) return "its price is not a number of at least 0";
  return { id, name, price };
}
