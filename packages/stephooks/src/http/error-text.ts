import { inspect } from "node:util";

/** What a thrown or passed value says: the message of an error, a text itself, anything else in short. */
export function errorText(error: unknown): string {
  // Anybody may overwrite a message with anything.
  if (error instanceof Error && typeof error.message === "string") return error.message;
  return typeof error === "string" ? error : inspect(error, { depth: 1, customInspect: false, breakLength: Infinity });
}
