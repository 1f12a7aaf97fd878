import type { PartName } from "./parts.ts";

/*
 * The services this app asks. Each gets a key that is the same however often a step runs, and each throws when there is
 * no usable answer: then the step is tried again.
 */

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Hands a mail to the gateway at `MAIL_URL`. */
export async function sendMail(mail: Mail, key: string, signal: AbortSignal): Promise<void> {
  await post("MAIL_URL", mail, key, signal);
}

/** Whom the identity provider is to check. It tells the result later: see `POST /callbacks/identity`. */
export interface IdentityRequest {
  readonly registration: string;
  readonly reference: string;
  readonly name: string;
  readonly birthDate: string;
}

/** Asks the identity provider at `IDENTITY_URL`; the reference is the key. */
export async function requestIdentity(request: IdentityRequest, signal: AbortSignal): Promise<void> {
  await post("IDENTITY_URL", request, request.reference, signal);
}

/** Whether the register at `REGISTER_URL` has a company of this number. */
export async function isRegistered(registerNumber: string, signal: AbortSignal): Promise<boolean> {
  const url = new URL(setting("REGISTER_URL"));
  url.searchParams.set("number", registerNumber);
  const response = await fetch(url, { signal });
  if (response.status === 404) return false;
  if (!response.ok) throw new Error(`The register answered ${response.status}.`);
  return true;
}

/** Where the customer goes on. */
export function linkTo(id: string, part?: PartName): string {
  return `${setting("PUBLIC_URL")}/registrations/${id}${part === undefined ? "" : `#${part}`}`;
}

async function post(name: string, body: object, key: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(setting(name), {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) throw new Error(`${name} answered ${response.status}.`);
}

export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`Set ${name}, as the README says.`);
  return value;
}
