import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { isRecord } from "@stephooks/core";

/** What the app has sent to a service. */
export type Sent = Readonly<Record<string, unknown>>;

/** The services around the app. Mail gateway and identity provider honour idempotency keys. */
export interface Services {
  /** Settings of the app, by name of the environment variable. */
  readonly settings: Readonly<Record<string, string>>;
  /** Delivered mails, oldest first. */
  readonly mails: readonly Sent[];
  /** Identities that are to be checked, oldest first. */
  readonly identities: readonly Sent[];
  /** The numbers that the register was asked for, repetitions included. */
  readonly lookedUp: readonly string[];
  /** Statuses that the next requests to a service are answered with instead. */
  readonly refusals: { readonly mail: number[]; readonly identity: number[]; readonly register: number[] };
  close(): Promise<void>;
}

/** The register knows every number but this. */
export const UNKNOWN_NUMBER = "HRB 404";

/** Listens on loopback. `onSent` hears of each mail and each identity. */
export async function openServices(onSent: (sent: Sent) => void = () => {}): Promise<Services> {
  const mails = new Map<string, Sent>();
  const identities = new Map<string, Sent>();
  const lookedUp: string[] = [];
  const refusals: Services["refusals"] = { mail: [], identity: [], register: [] };
  const take = async (request: IncomingMessage, box: Map<string, Sent>): Promise<number> => {
    const sent: unknown = JSON.parse(await text(request));
    const key = String(request.headers["idempotency-key"]);
    if (isRecord(sent) && !box.has(key)) {
      box.set(key, sent);
      onSent(sent);
    }
    return 202;
  };
  const lookUp = (number: string): number => {
    lookedUp.push(number);
    return number === UNKNOWN_NUMBER ? 404 : 200;
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://services");
    if (pathname === "/register") {
      response.writeHead(refusals.register.shift() ?? lookUp(searchParams.get("number") ?? "")).end();
      return;
    }
    const isMail = pathname === "/mail";
    const box = isMail ? mails : identities;
    if (request.method === "GET") {
      // For whoever tries the app by hand: the text of the newest mail, the reference of the newest identity.
      response.end(String([...box.values()].at(-1)?.[isMail ? "text" : "reference"]));
      return;
    }
    response.writeHead(refusals[isMail ? "mail" : "identity"].shift() ?? (await take(request, box))).end();
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("a server on a port has a port");
  const at = (path: string): string => `http://127.0.0.1:${address.port}/${path}`;
  return {
    settings: {
      MAIL_URL: at("mail"),
      IDENTITY_URL: at("identity"),
      REGISTER_URL: at("register"),
      IDENTITY_SECRET: "shared with the identity provider",
      PUBLIC_URL: "https://app.example",
      OFFICERS_EMAIL: "officers@example.com",
    },
    get mails() {
      return [...mails.values()];
    },
    get identities() {
      return [...identities.values()];
    },
    lookedUp,
    refusals,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
