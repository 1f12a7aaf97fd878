import { HttpError, isStephooksError } from "stephooks";
import type { z } from "zod";
import type { Answer, Delegation } from "./inputs.ts";
import { fingerprint } from "./outcome.ts";
import { type Question, questions, questionsOf } from "./workflows.ts";

/** What the holder of a link is asked. Looking uses nothing up. @throws HttpError 409 when the link is spent. */
export async function lookUp(token: string): Promise<Question> {
  return questions.getStateByToken(token).catch(async (error: unknown) => spent(await answeredBy(error), token));
}

/**
 * Takes an answer, once. The same answer with the same link again is no error: it was a second click, or the first
 * answer got lost on its way.
 */
export async function decide({ comment, decision, hash, token }: z.infer<typeof Answer>): Promise<void> {
  try {
    const { approver, hash: present } = await questions.getStateByToken(token);
    if (hash !== present) throw new HttpError(409, "other-version", "The document is another one: look at it again.");
    const vote = { approver, decision, at: now(), hash, token: fingerprint(token), comment };
    await questions.resumeByToken(token, { vote });
  } catch (error) {
    const question = await answeredBy(error);
    const { vote } = question;
    if (vote?.token !== fingerprint(token) || vote.decision !== decision) spent(question, token);
  }
}

/**
 * Asks somebody else instead, who has no vote yet. The link is spent with it; the other one gets a new one.
 *
 * @throws HttpError 409 when the link is spent, or the other one is asked already.
 */
export async function delegate({ to, token }: z.infer<typeof Delegation>): Promise<void> {
  const { approval, approver } = await lookUp(token);
  if ((await questionsOf(approval)).some((question) => question.approver === to)) {
    throw new HttpError(409, "asked-already", "This person is asked already: one person has one vote.");
  }
  const delegation = { from: approver, at: now(), token: fingerprint(token) };
  await questions
    .resumeByToken(token, { approver: to, delegation })
    .catch(async (error: unknown) => spent(await answeredBy(error), token));
}

/** The question whose token is spent, as its holder may know. Every other error is thrown on. */
async function answeredBy(error: unknown): Promise<Question> {
  if (!isStephooksError(error, "token-used")) throw error;
  return questions.getState(String(error.details["instance"]));
}

function spent({ closed, vote }: Question, token: string): never {
  if (vote?.token === fingerprint(token)) {
    throw new HttpError(409, "already-decided", `You have ${vote.decision} this already, at ${vote.at}.`);
  }
  if (closed !== undefined) throw new HttpError(409, "closed", `This approval is over: it is ${closed}.`);
  throw new HttpError(409, "link-replaced", "This link has been replaced, or somebody else was asked instead.");
}

function now(): string {
  return new Date(Date.now()).toISOString();
}
