import type { LookupAddress } from "node:dns";
import { get as httpGet, type RequestOptions } from "node:http";
import { get as httpsGet } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { StephooksError } from "../stephooks-error.ts";

/** Milliseconds for the whole answer. */
const timeLimit = 3_000;

/** Bytes; a key takes less than two thousand. */
const maxBytes = 262_144;

const networks = {
  ipv4: [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["224.0.0.0", 3],
  ],
  ipv6: [
    ["::", 96],
    ["64:ff9b::", 96],
    ["fc00::", 7],
    ["fe80::", 10],
    ["ff00::", 8],
  ],
} as const;

let blockList: BlockList | undefined;

/**
 * Addresses no issuer of the internet has: this machine, private networks, the metadata service of a cloud. Made when it
 * is first needed, as few apps have an issuer.
 */
function inside(): BlockList {
  if (blockList !== undefined) return blockList;
  const list = new BlockList();
  for (const family of ["ipv4", "ipv6"] as const) {
    for (const [network, prefix] of networks[family]) list.addSubnet(network, prefix, family);
  }
  return (blockList = list);
}

/** True for an address of the internet. */
export function isPublicAddress(address: string): boolean {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  const plain = mapped ?? address;
  const family = isIP(plain);
  return family !== 0 && !inside().check(plain, family === 4 ? "ipv4" : "ipv6");
}

/**
 * Reads the key set at the configured address: https, no redirects, no address inside a private network, 3 s and
 * 256 KB at most. With `onLoopback` http to this machine is accepted too, for a stack on it.
 *
 * Throws `invalid-access` at once for an address that may not be asked.
 */
export function jwksFetcher(address: string, onLoopback: boolean): () => Promise<unknown> {
  const url = URL.parse(address);
  const host = url?.hostname.replace(/^\[|\]$/g, "") ?? "";
  const local = onLoopback && /^(?:localhost|127\.0\.0\.1|::1)$/.test(host);
  const secure = url?.protocol === "https:" && (isIP(host) === 0 || isPublicAddress(host));
  const plain = url?.protocol === "http:" && local;
  if (url === null || url.username !== "" || url.password !== "" || (!secure && !plain && !local)) {
    throw new StephooksError(
      "invalid-access",
      "The JWKS address must be an https URL of a host on the internet, without user and password.",
    );
  }
  const options = { headers: { accept: "application/json" }, agent: false, ...(local ? {} : { lookup: publicLookup }) };
  return async () => JSON.parse(await readText(url, options));
}

/** Resolves a name to addresses of the internet only: the connection goes to the address that was looked at. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  const take = (error: Error | null, addresses: readonly LookupAddress[] = []): void => {
    const [first] = addresses;
    if (error !== null) callback(error, "", 0);
    else if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
      callback(new Error(`${hostname} has an address inside a private network`), "", 0);
    } else if (options.all === true) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
  process.getBuiltinModule("node:dns").lookup(hostname, { ...options, all: true }, take);
};

async function readText(url: URL, options: RequestOptions): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const get = url.protocol === "https:" ? httpsGet : httpGet;
  const request = get(url, { ...options, signal: AbortSignal.timeout(timeLimit) }, (response) => {
    if (response.statusCode !== 200) {
      response.resume();
      reject(new Error(`the issuer answered ${response.statusCode}`));
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    response.on("data", (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size > maxBytes) response.destroy(new Error("the issuer's answer is larger than 256 KB"));
      else chunks.push(chunk);
    });
    response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    response.on("error", reject);
  });
  request.on("error", reject);
  return promise;
}
