import { openTokenIssuer } from "@stephooks/testkit";
import { openServices } from "./services.ts";

/*
 * What is around the app, to try it by hand: a mail gateway and an identity provider that print what they are given, a
 * register of companies, and an issuer of tokens. Prints the app's settings and a token for each role, valid for 30 days.
 */
const [services, issuer] = await Promise.all([
  openServices((sent) => process.stdout.write(`\n# ${JSON.stringify(sent)}\n`)),
  openTokenIssuer(),
]);
const exp = Math.floor(Date.now() / 1_000) + 30 * 86_400;
const token = (name: string, role: string): Promise<string> =>
  issuer.token({ sub: name, email: `${name}@example.com`, roles: [role], exp });

const settings = {
  ...services.settings,
  STEPHOOKS_JWKS_URL: issuer.jwksUrl,
  CUSTOMER: await token("carl", "customer"),
  REGISTRAR: await token("regina", "registrar"),
  OFFICER: await token("otto", "compliance"),
};
for (const [name, value] of Object.entries(settings)) process.stdout.write(`export ${name}='${value}'\n`);
process.stdout.write("# Ready.\n");
