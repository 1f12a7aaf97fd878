import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleApp } from "@stephooks/cli";
import { type Stack, type StackOptions, startStack } from "@stephooks/local";
import { openTokenIssuer, type OpenTokenIssuer } from "@stephooks/testkit";
import { type MailGateway, openMailGateway } from "./mail-gateway.ts";

type Timings = NonNullable<StackOptions["timings"]>;

/** The app on a local stack with the access rules of a deployed one, and the services around it. */
export interface StartedApp {
  readonly stack: Stack;
  readonly gateway: MailGateway;
  readonly issuer: OpenTokenIssuer;
  stop(): Promise<void>;
}

/** `timings`: how long a step may run and how soon the message of a killed worker is seen again, as deployed unless given. */
export async function startedApp(timings?: Timings): Promise<StartedApp> {
  const folder = mkdtempSync(join(tmpdir(), "approvals-"));
  const [gateway, issuer] = await Promise.all([openMailGateway(), openTokenIssuer()]);
  const entry = fileURLToPath(new URL("../index.ts", import.meta.url));
  const { file } = await bundleApp({ entry, outDir: folder });
  const stack = await startStack({
    bundle: file,
    output: "ignore",
    sourceDir: fileURLToPath(new URL("..", import.meta.url)),
    apiKey: "the key of the stack",
    ...(timings === undefined ? {} : { timings }),
    environment: { MAIL_URL: gateway.url, PUBLIC_URL: "http://public.example", STEPHOOKS_JWKS_URL: issuer.jwksUrl },
  });
  return {
    stack,
    gateway,
    issuer,
    stop: async () => {
      await stack.stop();
      await Promise.all([gateway.close(), issuer.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What `look` finds, as soon as it finds something; fails after a minute. */
export async function until<Found>(look: () => Promise<Found | undefined> | Found | undefined): Promise<Found> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error("nothing was found in a minute");
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
