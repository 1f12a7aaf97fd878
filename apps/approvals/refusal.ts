import type { HttpResponse } from "stephooks";

/** What a route refuses, in words for the client. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: string;
  readonly more: object;

  constructor(status: number, code: string, message: string, more: object = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.more = more;
  }
}

/** Answers the refusal. Everything else is thrown on: stephooks answers its own errors by their code, faults with 500. */
export function answerRefusal(error: unknown, res: HttpResponse): void {
  if (!(error instanceof Refusal)) throw error;
  const { code, message, more, status } = error;
  res.status(status).json({ error: { code, message, ...more } });
}
