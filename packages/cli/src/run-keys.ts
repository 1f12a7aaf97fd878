import { createHash } from "node:crypto";
import { createAwsClients, dynamodbApiKeyStore } from "@stephooks/aws";
import { type ApiKeyStore, randomHex, type StoredApiKey, systemRandom } from "@stephooks/core";
import { CliError } from "./cli-error.ts";

export interface KeysOptions {
  readonly table: string;
  readonly json?: true;
}

export interface AddKeyOptions extends KeysOptions {
  readonly readOnly?: true;
}

/** Random bytes of a key. */
const KEY_BYTES = 32;

/** Digits of a digest that tell keys apart for people. */
const SHOWN_DIGITS = 8;

/** `stephooks keys add`. */
export async function addKey(name: string, options: AddKeyOptions): Promise<void> {
  const key = randomHex(systemRandom, KEY_BYTES);
  const stored: StoredApiKey = { name, access: options.readOnly ? "read-only" : "read-write", sha256: sha256(key) };
  await withKeys(options, (keys) => keys.put(stored));
  const text = `${key}\n\nThe ${stored.access} key of ${name}. It is shown this once: keep it where secrets are kept.\n`;
  process.stdout.write(options.json ? line({ key, ...stored }) : text);
}

/** `stephooks keys list`. */
export async function listKeys(options: KeysOptions): Promise<void> {
  const keys = await withKeys(options, (store) => store.list());
  if (options.json) return void process.stdout.write(line({ keys }));
  const rows = keys.map(({ access, name, sha256: digest }) => `${digest.slice(0, SHOWN_DIGITS)}  ${access}  ${name}\n`);
  process.stdout.write(rows.length === 0 ? "There are no keys.\n" : rows.join(""));
}

/** `stephooks keys remove`. @throws CliError `unknown-key`. */
export async function removeKey(given: string, options: KeysOptions): Promise<void> {
  const removed = await withKeys(options, async (keys) => {
    const digest = sha256(given);
    const isBeginning = /^[0-9a-f]{6,64}$/.test(given);
    const all = await keys.list();
    const meant = all.filter((key) => key.sha256 === digest || (isBeginning && key.sha256.startsWith(given)));
    const [only, ...more] = meant;
    if (only === undefined) throw new CliError("unknown-key", "There is no such key: stephooks keys list shows them.");
    if (more.length > 0) throw new CliError("unknown-key", `${given} begins ${meant.length} keys: give more digits.`);
    await keys.remove(only.sha256);
    return only;
  });
  const text = `Removed the key of ${removed.name}. It may be used for one minute more.\n`;
  process.stdout.write(options.json ? line({ removed }) : text);
}

async function withKeys<Result>({ table }: KeysOptions, act: (keys: ApiKeyStore) => Promise<Result>): Promise<Result> {
  const { dynamodb, sqs } = createAwsClients();
  try {
    return await act(dynamodbApiKeyStore(dynamodb, table));
  } finally {
    dynamodb.destroy();
    sqs.destroy();
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function line(data: object): string {
  return `${JSON.stringify(data)}\n`;
}
