import { observingRoutes } from "stephooks/host";
import { placeInApp, type SourcePlace } from "./source-place.ts";

/** Where the app registers its routes, by method and path as the manifest has them. */
export type RoutePlaces = ReadonlyMap<string, SourcePlace>;

/** Frames that a registration is looked for in: an app may register through functions of packages and of its own. */
const DEPTH = 50;

/** Loads an app that has source maps, and notes which of its lines registers what. */
export async function withPlaces<Result>(
  load: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly places: RoutePlaces }> {
  const places = new Map<string, SourcePlace>();
  const note = (method: string, path: string): void => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = DEPTH;
    const place = placeInApp(new Error("where").stack ?? "");
    Error.stackTraceLimit = limit;
    if (place !== undefined) places.set(`${method} ${path}`, place);
  };
  return { result: await observingRoutes(note, load), places };
}
