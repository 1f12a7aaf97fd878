import type { StepContext } from "@stephooks/engine";

/** A token that somebody was sent. */
export interface Mail {
  readonly token: string;
  /** The head that waits: an instance or a branch's own record. */
  readonly head: string;
  readonly instance: string;
  readonly step: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Acknowledged answers. */
  uses: number;
}

/** Every token that bodies have minted. */
export class Mailbox {
  readonly #byBody = new Map<string, Mail>();
  readonly #newest = new Map<string, Mail>();

  /** Hears of every token that is new. */
  onMail: (mail: Mail) => void = () => {};

  /** What waits for an answer at this head. */
  newestOf(head: string): Mail | undefined {
    return this.#newest.get(head);
  }

  /** Complaints about a token: one attempt mints one, however often it runs. */
  receive(
    { attempt, idempotencyKey, instanceId, step }: StepContext,
    token: string,
    readyAgain: number | undefined,
  ): readonly string[] {
    const body = `${idempotencyKey} #${attempt}${readyAgain === undefined ? "" : ` from ${readyAgain}`}`;
    const known = this.#byBody.get(body);
    if (known?.token === token) return [];
    if (known) return [`I17: two executions of ${body} minted different tokens`];
    const head = idempotencyKey.slice(0, idempotencyKey.lastIndexOf("/"));
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString());
    const expiresAt = Array.isArray(claims) ? Number(claims.at(-1)) : Number.NaN;
    const mail: Mail = { token, head, instance: instanceId, step, expiresAt, uses: 0 };
    this.#byBody.set(body, mail);
    this.#newest.set(head, mail);
    this.onMail(mail);
    return [];
  }
}
