import { startSizes } from "./size/start-sizes.ts";

/* `pnpm bench:size`: what a hello app loads when it starts, beside hono and the two clients alone. */
const { bare, hello } = await startSizes();
process.stdout.write(
  `hello app ${hello} bytes at the start, hono and both clients ${bare}; ratio ${(hello / bare).toFixed(2)} (minified)\n`,
);
