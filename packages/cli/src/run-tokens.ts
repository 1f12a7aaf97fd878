import { createHash } from "node:crypto";
import { randomHex, type StoredApiKey, systemRandom } from "@stephooks/core";
import { CliError } from "./cli-error.ts";
import type { Target } from "./connection/connect.ts";
import { withApp } from "./connection/open-app.ts";
import { printResult } from "./print-result.ts";

export interface AddTokenOptions extends Target {
  readonly readOnly?: true;
}

/** Random bytes of a key. */
const KEY_BYTES = 32;

/** Digits of a digest that tell keys apart for people. */
const SHOWN_DIGITS = 8;

/** `stephooks token add`. */
export async function addToken(name: string, options: AddTokenOptions): Promise<void> {
  const key = randomHex(systemRandom, KEY_BYTES);
  const stored: StoredApiKey = { name, access: options.readOnly ? "read-only" : "read-write", sha256: sha256(key) };
  await withApp(options, ({ apiKeys }) => apiKeys.put(stored));
  const text = (): string =>
    `${key}\n\nThe ${stored.access} key of ${name}. It is shown this once: keep it where secrets are kept.\n`;
  printResult(options, { key, ...stored }, text);
}

/** `stephooks token list`. */
export async function listTokens(options: Target): Promise<void> {
  const keys = await withApp(options, ({ apiKeys }) => apiKeys.list());
  const rows = keys.map(({ access, name, sha256: digest }) => `${digest.slice(0, SHOWN_DIGITS)}  ${access}  ${name}\n`);
  printResult(options, { keys }, () => (rows.length === 0 ? "There are no keys.\n" : rows.join("")));
}

/** `stephooks token remove`. @throws CliError `unknown-key`. */
export async function removeToken(given: string, options: Target): Promise<void> {
  const removed = await withApp(options, async ({ apiKeys: keys }) => {
    const digest = sha256(given);
    const isBeginning = /^[0-9a-f]{6,64}$/.test(given);
    const all = await keys.list();
    const meant = all.filter((key) => key.sha256 === digest || (isBeginning && key.sha256.startsWith(given)));
    const [only, ...more] = meant;
    if (only === undefined) throw new CliError("unknown-key", "There is no such key: stephooks token list shows them.");
    if (more.length > 0) throw new CliError("unknown-key", `${given} begins ${meant.length} keys: give more digits.`);
    await keys.remove(only.sha256);
    return only;
  });
  printResult(options, { removed }, () => `Removed the key of ${removed.name}. It may be used for one minute more.\n`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
