import { app, isStephooksError, type StepContext } from "stephooks";
import { note } from "./audit.ts";
import type { Approver } from "./inputs.ts";
import { linkWith, sendMail } from "./mail.ts";
import { fingerprint, type Outcome, outcomeOf, type Vote } from "./outcome.ts";

/** A document that approvers decide about. */
export interface Approval {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly hash: string;
  readonly requester: string;
  readonly approvers: readonly Approver[];
  readonly quorum: number;
  readonly escalateTo: string;
  readonly outcome?: Outcome;
  /** Places of the approvers whose votes the outcome is made of. */
  readonly counted?: readonly number[];
  readonly expired?: boolean;
  readonly withdrawn?: boolean;
  /** By place of the approver. A key each: answers that come at once are both stored. */
  readonly [vote: `vote:${number}`]: Vote;
}

/** What one approver is asked. */
export interface Question {
  readonly approval: string;
  readonly place: number;
  readonly title: string;
  readonly text: string;
  readonly hash: string;
  readonly requester: string;
  /** Who decides: the approver, or the last one who was delegated to. */
  readonly approver: string;
  /** Of the link that was sent last. */
  readonly token?: string;
  readonly delegation?: { readonly from: string; readonly at: string; readonly token: string };
  readonly vote?: Vote;
  readonly closed?: Outcome;
}

export const approvalId = (id: string): string => `approval:${id}`;
const questionId = (id: string, place: number): string => `question:${id}:${place}`;
const remindersId = (id: string): string => `reminders:${id}`;

/** One instance per document. Counts what the approvers decide; who is asked, reminded or late is not its business. */
export const approvals = app.createWorkflow("approval", "A document until it is approved or not", {
  ask: async (state: Approval, goto, _wait, { idempotencyKey }) => {
    const { approvers, hash, id, requester, text, title } = state;
    await note({ approval: id, event: "requested", who: requester, hash, at: now() }, idempotencyKey);
    await Promise.all(
      approvers.map(({ email }, place) =>
        questions.start(
          { approval: id, place, title, text, hash, requester, approver: email },
          { id: questionId(id, place) },
        ),
      ),
    );
    await reminders.start({ approval: id }, { id: remindersId(id) });
    return goto("collect");
  },
  collect: async (state, goto, wait) => {
    const outcome = state.withdrawn
      ? "withdrawn"
      : (outcomeOf(state.approvers, votesOf(state), state.quorum) ?? (state.expired ? "expired" : undefined));
    if (outcome === undefined) return wait();
    // A vote that comes while this is committed is in the state, too: only these have made the outcome.
    return goto("close", {
      outcome,
      counted: [...votesOf(state).entries()].flatMap(([place, vote]) => (vote ? [place] : [])),
    });
  },
  close: async (state, goto, _wait, { idempotencyKey, signal }) => {
    const { approvers, hash, id, outcome = "expired", requester, title } = state;
    await reminders.cancelWorkflow(remindersId(id)).catch(unlessEnded);
    await Promise.all(
      approvers.map((_approver, place) =>
        questions.updateState(questionId(id, place), { closed: outcome }).catch(unlessEnded),
      ),
    );
    for (const [place, vote] of votesOf(state).entries()) {
      if (vote && isLate(state, place)) await noteLate(id, place, vote);
    }
    await note({ approval: id, event: "closed", who: requester, hash, at: now(), note: outcome }, idempotencyKey);
    const mail = { to: requester, subject: `${title}: ${outcome}`, text: `"${title}" is ${outcome}.` };
    await sendMail(mail, idempotencyKey, signal);
    return goto(null);
  },
});

/** One instance per approver: sends the link, waits for the answer, hands it in. */
export const questions = app.createWorkflow("question", "Asks one approver", {
  ask: async (state: Question, goto, wait, context) => {
    if (state.vote !== undefined) return goto("handIn");
    if (state.closed !== undefined) return goto(null);
    const { approval, approver, delegation, hash, requester, title } = state;
    const { idempotencyKey, signal } = context;
    const token = context.createWaitToken("decide", { expiresIn: "30d" });
    const entry = { approval, hash, who: approver };
    if (delegation !== undefined) {
      const { at, from, token: used } = delegation;
      const delegated = { ...entry, event: "delegated", who: from, at, token: used, note: `to ${approver}` };
      await note(delegated, `${idempotencyKey}:delegated`);
    }
    await note({ ...entry, event: "asked", at: now(), token: fingerprint(token) }, idempotencyKey);
    const text = `${requester} asks for your approval of "${title}":\n${linkWith(token)}`;
    await sendMail({ to: approver, subject: `Please decide: ${title}`, text }, idempotencyKey, signal);
    return wait({ token, delegation: undefined });
  },
  handIn: async ({ approval, place, vote }, goto, _wait, { idempotencyKey }) => {
    if (vote === undefined) throw new Error("A question is handed in with its vote.");
    const { approver: who, at, comment, decision, hash, token } = vote;
    await note({ approval, event: decision, who, hash, at, token, note: comment }, idempotencyKey);
    await approvals.updateState(approvalId(approval), { [`vote:${place}` as const]: vote }).catch(unlessEnded);
    if (isLate(await approvals.getState(approvalId(approval)), place)) await noteLate(approval, place, vote);
    return goto(null);
  },
});

/** One instance per document: what happens while nobody decides. Apart from the questions, so that no link dies of it. */
const reminders = app.createWorkflow("reminders", "Reminds after a day, escalates after three, ends after 14", {
  begin: async (_state: { approval: string }, goto) => goto("remind", {}, { delay: "1d" }),
  remind: async ({ approval }, goto, _wait, context) => {
    await remindAll(approval, "reminded", context);
    return goto("escalate", {}, { delay: "2d" });
  },
  escalate: async ({ approval }, goto, _wait, context) => {
    const late = await remindAll(approval, "escalated", context);
    const { escalateTo, title } = await approvals.getState(approvalId(approval));
    const text = `For three days nothing was heard of ${late.join(", ")}.`;
    await sendMail({ to: escalateTo, subject: `Undecided: ${title}`, text }, context.idempotencyKey, context.signal);
    return goto("expire", {}, { delay: "11d" });
  },
  expire: async ({ approval }, goto) => {
    await approvals.updateState(approvalId(approval), { expired: true }).catch(unlessEnded);
    return goto(null);
  },
});

/** Sends every link again whose question is open; who that was. */
async function remindAll(approval: string, event: string, { idempotencyKey, signal }: StepContext): Promise<string[]> {
  const open = (await questionsOf(approval)).filter(({ closed, token, vote }) => !closed && !vote && token);
  for (const { approver, hash, place, title, token = "" } of open) {
    const key = `${idempotencyKey}:${place}`;
    await note({ approval, event, who: approver, hash, at: now(), token: fingerprint(token) }, key);
    const mail = { to: approver, subject: `Still to decide: ${title}`, text: linkWith(token) };
    await sendMail(mail, key, signal);
  }
  return open.map(({ approver }) => approver);
}

/** What each approver of an approval is asked, by place. */
export async function questionsOf(approval: string): Promise<readonly Question[]> {
  const { approvers } = await approvals.getState(approvalId(approval));
  return Promise.all(approvers.map((_one, place) => questions.getState(questionId(approval, place))));
}

/** Whether the outcome was made without this vote. */
function isLate({ counted }: Approval, place: number): boolean {
  return counted !== undefined && !counted.includes(place);
}

/** Both that hand in and that close can see it: the key is the same. */
function noteLate(approval: string, place: number, { approver, hash }: Vote): Promise<void> {
  return note({ approval, event: "too-late", who: approver, hash, at: now() }, `late:${place}`);
}

export function votesOf(approval: Approval): readonly (Vote | undefined)[] {
  return approval.approvers.map((_approver, place) => approval[`vote:${place}`]);
}

/** What has ended needs nobody to end it. */
function unlessEnded(error: unknown): undefined {
  if (!isStephooksError(error, "already-ended")) throw error;
}

function now(): string {
  return new Date(Date.now()).toISOString();
}
