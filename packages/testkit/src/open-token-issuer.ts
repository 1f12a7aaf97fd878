import { createServer } from "node:http";
import { systemClock } from "@stephooks/core";
import { TokenIssuer } from "./token-issuer.ts";

/** An identity provider on this machine, for an app that runs in processes of its own. */
export interface OpenTokenIssuer {
  /** Where its keys are: the app's `STEPHOOKS_JWKS_URL`. A deployed app refuses an address of this kind. */
  readonly jwksUrl: string;
  /** A token with these claims; issued now and valid for five minutes unless they say otherwise. */
  token(claims: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

/** Listens on loopback. Its key is new each time: a restarted issuer's tokens are others. */
export async function openTokenIssuer(): Promise<OpenTokenIssuer> {
  const issuer = new TokenIssuer(systemClock);
  const keys = JSON.stringify(await issuer.keys());
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(keys);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("a server on a port has a port");
  return {
    jwksUrl: `http://127.0.0.1:${address.port}/jwks.json`,
    token: (claims) => issuer.token(claims),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
