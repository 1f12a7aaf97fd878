import { type AppManifest, isRecord } from "@stephooks/core";

/**
 * The app's manifest as the template's metadata hold it: `diff` and `deploy` compare a build with what is deployed. There,
 * because it then changes with the stack and goes back with it when a change fails, costs nothing and asks for no
 * permission beyond reading the template. CloudFormation would resolve `{{resolve:…}}` of an app's name: two braces
 * together are in a JSON text only inside a string, and are escaped there.
 */
export function manifestText(manifest: AppManifest): string {
  return JSON.stringify(manifest).replaceAll("{{", String.raw`{\u007b`);
}

/** What {@link manifestText} wrote; undefined for what no version of this package wrote. */
export function readManifestText(text: unknown): AppManifest | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const manifest: unknown = JSON.parse(text);
    return isManifest(manifest) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** Looks at what is compared, so that a comparison cannot fail. */
function isManifest(value: unknown): value is AppManifest {
  if (!isRecord(value) || value["version"] !== 1) return false;
  const { crons = [], routes, workers = [], workflows } = value;
  return (
    isListOf(workflows, (each) => isText(each["name"]) && isTexts(each["steps"])) &&
    isListOf(routes, (each) => isText(each["method"]) && isText(each["path"]) && isListOf(each["hooks"], isHook)) &&
    isListOf(workers, (each) => isText(each["topic"]) && isNumber(each["slots"]) && isNumber(each["timeout"])) &&
    isListOf(crons, (each) => isText(each["name"]) && isText(each["expression"]) && isText(each["timeZone"]))
  );
}

function isHook(hook: Readonly<Record<string, unknown>>): boolean {
  return isText(hook["path"]) && isText(hook["covers"]);
}

function isListOf(value: unknown, isOne: (item: Readonly<Record<string, unknown>>) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isRecord(item) && isOne(item));
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}
