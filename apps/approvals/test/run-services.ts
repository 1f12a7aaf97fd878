import { openTokenIssuer } from "@stephooks/testkit";
import { openMailGateway } from "./mail-gateway.ts";

/*
 * What is around the app, to try it by hand: a mail gateway that prints what it is given, and an identity provider. Prints
 * the app's settings and a token for each role, valid for 30 days.
 */
const [gateway, issuer] = await Promise.all([
  openMailGateway(({ subject, text, to }) =>
    process.stdout.write(`\n# Mail to ${to}: ${subject}\n# ${text.replaceAll("\n", "\n# ")}\n`),
  ),
  openTokenIssuer(),
]);
const exp = Math.floor(Date.now() / 1_000) + 30 * 86_400;
const token = (name: string, role: string): Promise<string> =>
  issuer.token({ sub: name, email: `${name}@example.com`, roles: [role], exp });

const settings = {
  MAIL_URL: gateway.url,
  PUBLIC_URL: "http://127.0.0.1:3000",
  STEPHOOKS_JWKS_URL: issuer.jwksUrl,
  REQUESTER: await token("rita", "requester"),
  AUDITOR: await token("audrey", "auditor"),
};
for (const [name, value] of Object.entries(settings)) process.stdout.write(`export ${name}='${value}'\n`);
process.stdout.write("# Ready.\n");
