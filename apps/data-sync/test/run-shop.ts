import { openShop, product } from "./shop.ts";

/** A shop to try the app with by hand: 1,000 products, and every tenth request it asks for a pause. */
const shop = await openShop(Array.from({ length: 1_000 }, (_, number) => product(number)));
shop.mood = (request) => (request % 10 === 0 ? { status: 429, retryAfter: 2 } : undefined);
process.stdout.write(`SHOP_URL=${shop.url}\n`);
