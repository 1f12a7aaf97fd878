import { createServer } from "node:http";
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
  const refusals = { mail: [] as number[], identity: [] as number[], register: [] as number[] };
  const server = createServer(async (request, response) => {
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk);
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://services");
    // For whoever tries the app by hand: the reference of the newest identity, the text of the newest mail.
    if (request.method === "GET" && pathname !== "/register") {
      const newest = (box: Map<string, Sent>): Sent | undefined => [...box.values()].at(-1);
      response.end(String(pathname === "/mail" ? newest(mails)?.["text"] : newest(identities)?.["reference"]));
      return;
    }
    const answer = (service: keyof typeof refusals, act: () => number): void => {
      response.writeHead(refusals[service].shift() ?? act()).end();
    };
    const taken = (box: Map<string, Sent>) => (): number => {
      const sent: unknown = JSON.parse(Buffer.concat(body).toString("utf8"));
      const key = String(request.headers["idempotency-key"]);
      if (isRecord(sent) && !box.has(key)) {
        box.set(key, sent);
        onSent(sent);
      }
      return 202;
    };
    if (pathname === "/mail") answer("mail", taken(mails));
    else if (pathname === "/identity") answer("identity", taken(identities));
    else {
      answer("register", () => {
        const number = searchParams.get("number") ?? "";
        lookedUp.push(number);
        return number === UNKNOWN_NUMBER ? 404 : 200;
      });
    }
  });
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
