import { Datastore } from "./datastore/index.ts";

/*
 * What codehooks' platform puts beside an app: apps use these names without importing them. The bundler imports this
 * file before the app. What a host or a test has put there already stays.
 */
for (const [name, value] of Object.entries({ Datastore, DB: Datastore })) {
  if (!(name in globalThis)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true, enumerable: false });
  }
}
