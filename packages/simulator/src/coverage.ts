import type { Decision, LostRaceVerdict } from "@stephooks/engine/rules";
import { callFaults, deleteFaults, receiveFaults, returnFaults, sendFaults } from "./fault-plan.ts";
import type { Covered } from "./seed-range.ts";
import type { ShapeStep } from "./shape.ts";

/** Calls that leave a process. */
const operations = [
  "read",
  "create",
  "update",
  "send",
  "postpone",
  "backlog",
  "due",
  "list",
  "append",
  "read-history",
] as const;

const faults: readonly string[] = [
  ...operations.flatMap((operation) => callFaults.map((kind) => `${kind} at ${operation}`)),
  ...["kill-before", "freeze"].map((kind) => `${kind} at body`),
  ...sendFaults.map((kind) => `${kind} at send`),
  ...receiveFaults.map((kind) => `${kind} at receive`),
  ...deleteFaults.map((kind) => `${kind} at delete`),
  ...returnFaults.map((kind) => `${kind} at return`),
];

type Kind = ShapeStep["kind"];

/** Where each kind of step may stand. The compiler asks for every kind. */
const steps: Readonly<Record<Kind, readonly ("step" | "branch")[]>> = {
  plain: ["step", "branch"],
  choice: ["step"],
  loop: ["step"],
  "fan-out": ["step"],
  again: ["branch"],
  ask: ["step", "branch"],
  mail: ["step", "branch"],
  wide: ["step"],
  large: ["step", "branch"],
  hold: ["step", "branch"],
  delay: ["step"],
  flaky: ["step", "branch"],
  broken: ["step", "branch"],
  killer: ["step", "branch"],
  fixable: ["step"],
};

/**
 * What the engine decides about a message, by kind; the compiler asks for every kind. Left out is a twin that comes while
 * its instance is blocked, which the tables of the engine's own tests show.
 */
const decisions: Readonly<Record<Decision["kind"], readonly string[]>> = {
  run: [""],
  move: ["join", "time-out", "expire", "block"],
  apply: ["continue", "retry", "resume", "unpause"],
  hold: [""],
  drop: [
    "a command's message insures it",
    "a later message has been issued since",
    "somebody else answered first",
    "the instance has ended",
    "the id belongs to another start",
    "no such instance",
  ],
  keep: [
    "it is too early",
    "its successor may be running",
    "the command is from the future",
    "the token is from the future: was the table restored?",
  ],
  repair: ["its successor was not seen to run"],
  replace: ["it is too early", "this deployment has no step … in workflow …"],
};

/** Left out is "the id belongs to another start": what runs is stored, so only ids that are used again can show it. */
const lostRaces: Readonly<Record<LostRaceVerdict["kind"], readonly string[]>> = {
  committed: [""],
  replan: [""],
  rerun: [""],
  drop: ["a command's message insures it", "a later message has been issued since", "the instance has ended"],
  keep: ["its successor may be running", "someone else holds seq n, this ran at n"],
  repair: ["its successor was not seen to run", "someone moved on since"],
  replace: [],
};

const gates: readonly string[] = [
  "message dropped: the branch has reported",
  "message dropped: the fan-out has no such branch",
  "dead letter dropped",
  "dead letter that needs a human: the token is from the future: was the table restored?",
  ...["unreadable message kept", "dead letter that needs a human"].flatMap((event) =>
    ["the body is not JSON, or nested too deeply", "message version n is not n", "unknown message kind …"].map(
      (reason) => `${event}: ${reason}`,
    ),
  ),
  "command dropped: the state has no room for it",
  "message dropped: the fan-out is over",
  "duties repeated: the join may not have been woken",
  "dead letter sent again: it was received too often without its step being to blame",
  "dead letter sent again: nothing has begun it yet",
  "dead letter sent again: this deployment does not know its step",
  "an instance that stood still was woken",
  "start accepted but not readable yet: injected",
];

const transitions: readonly string[] = [
  "goto",
  "goto after a delay",
  "goto after a long delay",
  "end",
  "fan-out",
  "wait",
  "wait answered early",
  "wait timed out",
  "wait timed out to another step",
  "answered",
  "retry",
  "retry after a long delay",
  "retried by an operator",
  "retried from another step",
  "failure",
  "failure to the error step",
  "failed join",
  "failed join to the error step",
  "join",
  "join in spite of failures",
  "join to a fan-out",
  "crash loop",
  "step timeout",
  "lifetime over",
  "blocked",
  "unblocked",
  "too large",
  "too large at the join",
];

const clients: readonly string[] = [
  ...["start", "update", "update and resume", "replace", "continue", "cancel", "resume by token"].flatMap(outcomes),
  ...["pause", "resume", "retry", "list", "history"].flatMap(outcomes),
  "cancel refused with already-ended",
  "continue refused with not-waiting",
  "pause refused with already-ended",
  "replace refused with already-ended",
  "resume refused with not-paused",
  "resume by token before the wait",
  "resume by token refused with not-waiting-yet",
  "resume by token refused with token-expired",
  "resume by token refused with token-used",
  "update refused with already-ended",
  "update refused with unknown-instance",
  "update refused with state-too-large",
  "update and resume refused with state-too-large",
];

const others: readonly string[] = [
  "event",
  "event of a branch: result",
  "event of a branch: retry",
  ...["unreadable", "to nobody", "far ahead", "wake", "branch", "command", "unpause"].map(
    (kind) => `stranger: ${kind}`,
  ),
  "killer: killed its process",
  "branch failed with crash-loop",
  "branch failed with step-timeout",
  "branch failed with state-too-large",
  "branch failed because its result did not fit beside the others",
  "queue: moved to the dead letters",
  "history: says what changed",
  "history: has no room for every change",
  "history: shortened a value",
  "pause: begun",
  "pause: held back a message",
  "pause: ended",
  "pause: ended, with a message held back",
  ...["runnable", "waiting"].map((status) => `pause: passed by what was ${status}`),
  ...["older", "without workflows"].map((kind) => `deployment: ${kind}`),
  ...["punctual", "off", "doubled", "late"].map((mode) => `sweeper: ${mode}`),
  ...["inline", "instanceTimeout", "onError", "retry", "timeout", "long retry"].map((name) => `option: ${name}`),
];

function outcomes(action: string): readonly string[] {
  return ["answered", "died", "without an answer"].map((outcome) => `${action} ${outcome}`);
}

function named(what: string, kinds: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return Object.entries(kinds).flatMap(([kind, details]) =>
    details.map((detail) => `${what}: ${kind}${detail === "" ? "" : `: ${detail}`}`),
  );
}

/** Everything that a whole run of all profiles must have exercised. */
export const expected: readonly string[] = [
  ...faults.map((what) => `fault: ${what}`),
  ...Object.entries(steps).flatMap(([kind, places]) => places.map((place) => `${place}: ${kind}`)),
  ...named("decision", decisions),
  ...named("lost race", lostRaces),
  ...gates.map((what) => `engine: ${what}`),
  ...transitions.map((what) => `transition: ${what}`),
  ...clients.map((what) => `client: ${what}`),
  ...others,
];

/** What was never exercised. */
export function gaps(covered: Covered): readonly string[] {
  return expected.filter((what) => !covered.has(what));
}
