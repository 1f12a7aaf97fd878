/** A mail, as the gateway takes it. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/**
 * Hands a mail to the gateway at `MAIL_URL`. The same key is the same mail: a step that runs again sends nothing twice.
 *
 * @throws Error when the gateway does not take it: then the step is tried again.
 */
export async function sendMail(mail: Mail, key: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(setting("MAIL_URL"), {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify(mail),
    signal,
  });
  if (!response.ok) throw new Error(`The mail gateway answered ${response.status}.`);
}

/** Where an approver decides. The token is in the fragment: no server, log or `referer` ever sees it. */
export function linkWith(token: string): string {
  return `${setting("PUBLIC_URL")}/decide/#${token}`;
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`Set ${name}, as the README says.`);
  return value;
}
