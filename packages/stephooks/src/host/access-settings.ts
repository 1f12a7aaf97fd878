import { environmentNames } from "@stephooks/aws/resources";
import type { ApiKeyStore } from "@stephooks/core";
import type { AccessSettings } from "../http/index.ts";
import { jwksFetcher } from "./fetch-jwks.ts";

/**
 * Who may call an app that runs in this environment. Deny by default: `open` is for the local stack and is not obeyed
 * inside Lambda. Throws `invalid-access` for a JWKS address that may not be asked.
 */
export function accessSettings(
  environment: Readonly<Record<string, string | undefined>>,
  apiKeys: Pick<ApiKeyStore, "find">,
): AccessSettings {
  const inLambda = environment["AWS_LAMBDA_RUNTIME_API"] !== undefined;
  if (environment[environmentNames.access] === "open" && !inLambda) return { mode: "open" };
  const jwksUrl = environment[environmentNames.jwksUrl] ?? "";
  const jwt = jwksUrl === "" ? undefined : jwtSettings(environment, jwksUrl, !inLambda);
  return { mode: "keys", apiKeySha256: environment[environmentNames.apiKeySha256], apiKeys, jwt };
}

/** Whether clients are told what a fault says and where it was: the local stack's are its developer. Never in Lambda. */
export function showsDetails(environment: Readonly<Record<string, string | undefined>>): boolean {
  return environment[environmentNames.errorDetails] === "shown" && environment["AWS_LAMBDA_RUNTIME_API"] === undefined;
}

function jwtSettings(
  environment: Readonly<Record<string, string | undefined>>,
  jwksUrl: string,
  onLoopback: boolean,
): NonNullable<Extract<AccessSettings, { mode: "keys" }>["jwt"]> {
  return {
    fetchKeys: jwksFetcher(jwksUrl, onLoopback),
    issuer: environment[environmentNames.jwtIssuer] || undefined,
    audience: environment[environmentNames.jwtAudience] || undefined,
  };
}
