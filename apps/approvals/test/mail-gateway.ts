import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { isRecord } from "@stephooks/core";
import type { Mail } from "../mail.ts";

/** A mail gateway that honours idempotency keys. */
export interface MailGateway {
  readonly url: string;
  /** What it has delivered, oldest first. */
  readonly delivered: readonly Mail[];
  /** How often the app asked, repetitions included. */
  readonly asked: number;
  /** Statuses that it answers the next requests with, instead of delivering. */
  readonly refusals: number[];
  close(): Promise<void>;
}

/** Listens on loopback. `onMail` hears of each mail. */
export async function openMailGateway(onMail: (mail: Mail) => void = () => {}): Promise<MailGateway> {
  const mails = new Map<string, Mail>();
  const refusals: number[] = [];
  let asked = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://gateway");
    // For whoever tries the app by hand: the token of the newest link to somebody.
    if (pathname === "/token") {
      response.end(tokenFor(searchParams.get("to") ?? "", [...mails.values()]));
      return;
    }
    asked += 1;
    const refusal = refusals.shift();
    const mail: unknown = JSON.parse(await text(request));
    const key = request.headers["idempotency-key"];
    if (refusal === undefined && isMail(mail) && typeof key === "string" && !mails.has(key)) {
      mails.set(key, mail);
      onMail(mail);
    }
    response.writeHead(refusal ?? 202).end();
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("a server on a port has a port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    get delivered() {
      return [...mails.values()];
    },
    get asked() {
      return asked;
    },
    refusals,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isMail(value: unknown): value is Mail {
  return isRecord(value) && ["to", "subject", "text"].every((name) => typeof value[name] === "string");
}

/** The token of the newest link that was sent to somebody. */
export function tokenFor(to: string, mails: readonly Mail[]): string {
  return tokensFor(to, mails).at(-1) ?? "no mail has come";
}

/** The token of every link that was sent to somebody, oldest first. */
export function tokensFor(to: string, mails: readonly Mail[]): readonly string[] {
  return mails.flatMap((mail) => (mail.to === to ? (/\/decide\/#(\S+)/.exec(mail.text)?.slice(1) ?? []) : []));
}
