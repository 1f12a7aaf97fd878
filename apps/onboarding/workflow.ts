import { randomUUID } from "node:crypto";
import { app } from "stephooks";
import { type Checks, findingsOf, hashOf, missing, unchecked, versionOf, wrong } from "./checks.ts";
import { isRegistered, linkTo, requestIdentity, sendMail, setting } from "./outside.ts";
import type { PartName, Parts } from "./parts.ts";

/** What an officer has decided. */
export interface Decision {
  readonly decision: "approve" | "rework" | "reject";
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** Of what was seen; a decision about another version does not count. */
  readonly version: string;
  readonly reason?: string | undefined;
  readonly parts?: readonly PartName[] | undefined;
}

export interface Registration extends Parts {
  readonly id: string;
  /** Subject of the customer's tokens. */
  readonly customer: string;
  readonly email: string;
  readonly checks?: Checks;
  /** How many were sent since the customer was last heard of. */
  readonly reminders?: number;
  /** The check of the identity that counts: of one version of the person, under one reference. */
  readonly identity?: { readonly reference: string; readonly person: string };
  readonly identityResult?: { readonly reference: string; readonly result: "passed" | "failed" };
  readonly review?: Decision;
  readonly outcome?: "active" | "rejected" | "expired";
}

/** Reminders that stay without an answer before a registration expires. */
const MOST_REMINDERS = 3;

export const registrationId = (id: string): string => `registration:${id}`;

/** Steps in which the customer can change parts. */
export const editableSteps: readonly string[] = ["collect", "check", "remind"];

export const registrations = app.createWorkflow(
  "registration",
  "A business customer, from the first form to the account",
  {
    collect: async (state: Registration, goto, wait) => {
      const { checks = {}, identity, identityResult } = state;
      if (unchecked(state, checks).length > 0) return goto("check");
      if (missing(state).length > 0 || wrong(state, checks).length > 0) {
        return wait({}, { timeout: "7d", onTimeout: "remind" });
      }
      // Another address needs no other check of the identity; another name does.
      const isKnown = identity?.person === hashOf(state, "person") && identityResult?.result === "passed";
      if (isKnown && identityResult.reference === identity.reference) return goto("review");
      // Committed before it is used: an answer that comes at once finds its reference here.
      const request = { reference: randomUUID(), person: hashOf(state, "person") };
      return goto("identify", { identity: request, identityResult: undefined });
    },
    check: async (state, goto, _wait, { signal }) => {
      const checks = { ...state.checks };
      for (const name of unchecked(state, checks)) {
        const findings = [...findingsOf(name, state, Date.now())];
        if (name === "company" && state.company !== undefined) {
          const { registerNumber } = state.company.value;
          if (!(await isRegistered(registerNumber, signal))) findings.push(`The register has no ${registerNumber}.`);
        }
        checks[name] = { hash: hashOf(state, name), findings };
      }
      return goto("collect", { checks });
    },
    remind: async (state, goto, _wait, { idempotencyKey, signal }) => {
      const reminders = (state.reminders ?? 0) + 1;
      if (reminders > MOST_REMINDERS) return goto("expire");
      const parts = [...missing(state), ...wrong(state, state.checks ?? {})];
      const text = `Still to do: ${parts.join(", ")}.\n${linkTo(state.id, parts[0])}`;
      await sendMail({ to: state.email, subject: "Your registration", text }, idempotencyKey, signal);
      return goto("collect", { reminders });
    },
    identify: async ({ id, identity, person }, goto, _wait, { signal }) => {
      if (identity === undefined || person === undefined) throw new Error("An identity is checked of a person.");
      const { birthDate, firstName, lastName } = person.value;
      const name = `${firstName} ${lastName}`;
      await requestIdentity({ registration: id, reference: identity.reference, name, birthDate }, signal);
      return goto("awaitIdentity");
    },
    awaitIdentity: async (state, goto, wait) => {
      const { checks, identity, identityResult } = state;
      if (identityResult === undefined || identityResult.reference !== identity?.reference) {
        return wait({}, { timeout: "3d", onTimeout: "remindIdentity" });
      }
      if (identityResult.result === "passed") return goto("review", { reminders: 0 });
      const findings = ["Your identity could not be confirmed: correct your name or date of birth."];
      return goto("collect", { checks: { ...checks, person: { hash: identity.person, findings } } });
    },
    remindIdentity: async (state, goto, _wait, { idempotencyKey, signal }) => {
      const reminders = (state.reminders ?? 0) + 1;
      if (reminders > MOST_REMINDERS) return goto("expire");
      const text = `Please have your identity checked.\n${linkTo(state.id)}`;
      await sendMail({ to: state.email, subject: "Your registration", text }, idempotencyKey, signal);
      return goto("awaitIdentity", { reminders });
    },
    review: async (state, goto, wait) => {
      const { checks = {}, review } = state;
      // A part that was sent in the moment in which editing ended.
      if (unchecked(state, checks).length > 0) return goto("collect");
      if (review === undefined || review.version !== versionOf(state)) {
        return wait({}, { timeout: "2d", onTimeout: "remindOfficers" });
      }
      if (review.decision === "approve") return goto("activate");
      if (review.decision === "reject") return goto("reject");
      // What has to be given again is wrong from now on, and the reminder tells the customer at once.
      const { parts = [], reason = "" } = review;
      const reworked = parts.map((name) => [name, { hash: hashOf(state, name), findings: [reason] }]);
      return goto("remind", { checks: { ...checks, ...Object.fromEntries(reworked) }, reminders: 0 });
    },
    remindOfficers: async ({ id }, goto, _wait, { idempotencyKey, signal }) => {
      const mail = { to: setting("OFFICERS_EMAIL"), subject: `To review: ${id}`, text: linkTo(id) };
      await sendMail(mail, idempotencyKey, signal);
      return goto("review");
    },
    activate: async ({ email, id }, goto, _wait, { idempotencyKey, signal }) => {
      const mail = { to: email, subject: "Welcome", text: `Your account ${id} is active.` };
      await sendMail(mail, idempotencyKey, signal);
      return goto(null, { outcome: "active" });
    },
    reject: async ({ email, review }, goto, _wait, { idempotencyKey, signal }) => {
      const mail = { to: email, subject: "Your registration", text: `It was rejected: ${review?.reason ?? ""}` };
      await sendMail(mail, idempotencyKey, signal);
      return goto(null, { outcome: "rejected" });
    },
    expire: async ({ email }, goto, _wait, { idempotencyKey, signal }) => {
      const mail = { to: email, subject: "Your registration", text: "It has expired. You can begin again." };
      await sendMail(mail, idempotencyKey, signal);
      return goto(null, { outcome: "expired" });
    },
  },
  { retry: { maximumAttempts: 8, initialInterval: "5s", backoffCoefficient: 3, maximumInterval: "1h" } },
);
