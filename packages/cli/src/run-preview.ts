import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { startDeployed } from "@stephooks/local/deployed";
import { CliError } from "./cli-error.ts";
import { FURTHER_PORTS, readPort } from "./read-port.ts";
import { jsonText, printText } from "./printable.ts";

export interface PreviewOptions {
  readonly port: string;
  readonly apiKey?: string;
  readonly parameter: readonly string[];
  readonly json?: true;
}

/** Time to end in order, milliseconds. */
const END_LIMIT = 4_500;

/** `stephooks preview`: serves what was built until SIGINT or SIGTERM. Nothing is kept. */
export async function runPreview(folder: string, options: PreviewOptions): Promise<void> {
  const port = readPort(options.port);
  const parameters = parametersOf(options);
  const template = join(folder, "template.yaml");
  if (!existsSync(template)) {
    throw new CliError("bad-usage", `There is no ${template}. Run stephooks build first, or name the folder it wrote.`);
  }
  const ended = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  const deployed = await startDeployed({
    template,
    parameters,
    port,
    furtherPorts: FURTHER_PORTS,
  });
  const { streamUrl, url } = deployed;
  printText(
    options.json === true
      ? `${jsonText({ event: "ready", url, streamUrl })}\n`
      : readyText(url, streamUrl, options.apiKey !== undefined),
  );
  await ended;
  setTimeout(() => process.exit(0), END_LIMIT).unref();
  await deployed.stop();
}

function readyText(url: string, streamUrl: string | undefined, hasKey: boolean): string {
  const lines = [
    `The built app answers at ${url}`,
    ...(streamUrl === undefined ? [] : [`It streams at ${streamUrl}`]),
    ...(hasKey
      ? []
      : ["As when deployed, only routes that the app opens answer without a key: give one with --api-key."]),
  ];
  return `${lines.join("\n")}\n`;
}

function parametersOf({ apiKey, parameter }: PreviewOptions): Readonly<Record<string, string>> {
  const given = parameter.map((text): readonly [string, string] => {
    const [, name, value] = /^([A-Za-z0-9]+)=(.*)$/s.exec(text) ?? [];
    if (name !== undefined && value !== undefined) return [name, value];
    throw new CliError("bad-usage", `--parameter ${text} is not name=value: give one such as StreamUrl=yes.`);
  });
  const key = apiKey === undefined ? {} : { ApiKeySha256: createHash("sha256").update(apiKey).digest("hex") };
  return { ...Object.fromEntries(given), ...key };
}
