import { CliError } from "./cli-error.ts";

/** Ports after the wanted one that are tried when it is taken. */
export const FURTHER_PORTS = 20;

/** The value of `--port`. @throws CliError `bad-usage`. */
export function readPort(given: string): number {
  const port = Number(given);
  if (/^\d+$/.test(given) && port <= 65_535) return port;
  throw new CliError("bad-usage", `--port ${given} is no port: give a number from 0 (any free one) to 65535.`);
}
