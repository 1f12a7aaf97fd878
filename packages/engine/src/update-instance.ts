import {
  applyStateWrite,
  assertStorableSize,
  branchId,
  encodeState,
  hasEnded,
  type InstanceHead,
  parseBranchId,
  type Ports,
  type StateWrite,
} from "@stephooks/core";
import { branchGate, initialBranchHead, ownRecord } from "./branch.ts";
import { EngineError } from "./engine-error.ts";
import { giveCommand } from "./give-command.ts";
import { isProtectedName } from "./protected-names.ts";
import { readInstance } from "./read-instance.ts";
import { type StateChanges, stateWrite } from "./state-changes.ts";
import { invalidToken } from "./signed-token.ts";
import { checkWaitToken, readWaitToken } from "./wait-token.ts";

/** Rounds against other writers of one instance before giving up; each lost round means that another one won. */
const MAX_ROUNDS = 100;

/** The instance after an update, and whether something that waited runs again because of it. */
export interface UpdateResult {
  readonly head: InstanceHead;
  readonly resumed: boolean;
}

/**
 * Merges keys into the state, from outside a step, and resumes the instance when it waits and `resume` is given. The
 * patch is seen by the step that waits, runs or comes next, whichever moment it arrives at (R8).
 *
 * @throws EngineError `unknown-instance`, `already-ended`; StateError.
 */
export async function updateInstance(
  id: unknown,
  state: unknown,
  resume: boolean,
  ports: Ports,
): Promise<UpdateResult> {
  const changes = patchOf(state);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const head = await liveInstance(id, ports);
    assertStorableSize(applyStateWrite(head.state, changes));
    const answers = resume && head.status === "waiting";
    const done = answers ? await giveCommand(head, "continue", ports, { changes }) : await patch(head, changes, ports);
    if (done === undefined) continue;
    const answered = resume && done.status === "joining" ? await resumeBranches(done, ports) : 0;
    return { head: done, resumed: answers || answered > 0 };
  }
  throw contended(id);
}

/**
 * The instance, or the branch's own record, that a token would answer. The token is as good as before.
 *
 * @throws EngineError `invalid-token`, `token-expired`, `token-used`.
 */
export async function readByToken(token: unknown, ports: Ports): Promise<InstanceHead> {
  const { instance } = readWaitToken(token);
  const head = await answeredHead(instance, ports);
  if (head === undefined) throw invalidToken();
  checkWaitToken(String(token), head, ports.clock.now());
  return head;
}

/** A branch without a record is what its instance says it is; one that is over has used its tokens up. */
async function answeredHead(id: string, ports: Ports): Promise<InstanceHead | undefined> {
  const ref = parseBranchId(id);
  if (ref === undefined) return (await ports.instances.read([id])).get(id);
  const heads = await ports.instances.read([ref.instance, id]);
  const parent = heads.get(ref.instance);
  const record = ownRecord(heads.get(id), parent);
  if (record !== undefined || parent === undefined) return record;
  return branchGate(parent, ref) === undefined
    ? initialBranchHead(parent, ref)
    : { ...parent, id, status: "completed" };
}

/**
 * Answers the wait that a token was made for, once: merges keys into the state and runs the waiting step again. An answer that
 * comes before the wait is committed is kept, and the wait does not take effect (R9); a branch's is `not-waiting-yet`.
 *
 * @throws EngineError `invalid-token`, `token-expired`, `token-used`, `not-waiting-yet`, `contended`; StateError.
 */
export async function resumeByToken(token: unknown, state: unknown, ports: Ports): Promise<UpdateResult> {
  const changes = patchOf(state);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const head = await readByToken(token, ports);
    assertStorableSize(applyStateWrite(head.state, changes));
    const resumed = head.status === "waiting";
    const done = resumed
      ? await giveCommand(head, "continue", ports, { changes })
      : await answerEarly(head, changes, ports);
    // Whoever was first may have answered with this token; its claims tell, against the head as it is then.
    if (done) return { head: done, resumed };
  }
  throw contended(readWaitToken(token).instance);
}

/**
 * R9: the patch of an answer whose wait is not committed yet, or undefined when somebody else wrote first. The same write uses
 * the token up, under the seq whose visit it is for.
 */
async function answerEarly(head: InstanceHead, state: StateChanges, ports: Ports): Promise<InstanceHead | undefined> {
  // A branch's record stands for changes against its instance: it cannot be patched as an instance can.
  if (parseBranchId(head.id) !== undefined) {
    throw new EngineError("not-waiting-yet", `Branch ${head.id} does not wait yet. Try again in a moment.`, {
      instance: head.id,
    });
  }
  const set = { patchVersion: head.patchVersion + 1, answeredVisit: head.visit };
  const condition = { seq: head.seq, statusIn: [head.status], patchVersion: head.patchVersion };
  const { write } = stateWrite(head.state, state);
  const written = await ports.instances.update(head.id, { set, ...(write ? { state: write } : {}) }, condition);
  return written.ok ? { ...head, ...set, state: applyStateWrite(head.state, state) } : undefined;
}

/** Replaces the whole state. @throws as {@link updateInstance}. */
export async function replaceState(id: unknown, state: unknown, ports: Ports): Promise<InstanceHead> {
  const { set } = patchOf(state);
  assertStorableSize(set);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const head = await liveInstance(id, ports);
    const done = await patch(head, { kind: "whole", entries: set }, ports);
    if (done) return done;
  }
  throw contended(id);
}

/**
 * Resumes a waiting instance, or the waiting branches of one that joins.
 *
 * @throws EngineError `unknown-instance`, `already-ended`, `not-waiting`.
 */
export async function continueInstance(id: unknown, ports: Ports): Promise<InstanceHead> {
  const head = await liveInstance(id, ports);
  if (head.status === "waiting") {
    const done = await giveCommand(head, "continue", ports);
    if (done) return done;
  }
  if (head.status === "joining" && (await resumeBranches(head, ports)) > 0) return head;
  throw new EngineError("not-waiting", `Instance ${head.id} does not wait now (it is at step "${head.step}").`, {
    instance: head.id,
  });
}

/** Every branch that waits is answered; how many were. */
async function resumeBranches(head: InstanceHead, ports: Ports): Promise<number> {
  const { join, results } = head;
  if (join === undefined) return 0;
  const open = join.steps.flatMap((_step, branch) => (results?.has(branch) ? [] : [branch]));
  if (open.length === 0) return 0;
  const ids = open.map((branch) => branchId({ instance: head.id, seq: join.seq, branch }));
  const records = await ports.instances.read(ids);
  const waiting = [...records.values()].filter(
    (record) => record.status === "waiting" && ownRecord(record, head) !== undefined,
  );
  const answered = await Promise.all(waiting.map((record) => giveCommand(record, "continue", ports)));
  return answered.filter((record) => record !== undefined).length;
}

/** The head with the patch, or undefined when someone else wrote first. */
async function patch(head: InstanceHead, state: StateWrite, ports: Ports): Promise<InstanceHead | undefined> {
  const patchVersion = head.patchVersion + 1;
  const { replacesMap, write } =
    state.kind === "keys" ? stateWrite(head.state, state) : { replacesMap: false, write: state };
  const condition = {
    statusIn: [head.status],
    patchVersion: head.patchVersion,
    // Many keys are written as the whole map that was read, which a step may have changed since.
    ...(replacesMap ? { seq: head.seq } : {}),
  };
  const update = { set: { patchVersion }, ...(write ? { state: write } : {}) };
  const written = await ports.instances.update(head.id, update, condition);
  return written.ok ? { ...head, patchVersion, state: applyStateWrite(head.state, state) } : undefined;
}

function patchOf(state: unknown): StateChanges {
  const { entries, removed } = encodeState(state ?? {});
  return {
    kind: "keys",
    set: new Map([...entries].filter(([key]) => !isProtectedName(key))),
    remove: removed.filter((key) => !isProtectedName(key)),
  };
}

async function liveInstance(id: unknown, ports: Ports): Promise<InstanceHead> {
  const head = await readInstance(id, ports);
  if (!hasEnded(head.status)) return head;
  throw new EngineError(
    "already-ended",
    `Instance ${head.id} is already ${head.status}; nothing can change it any more.`,
    {
      instance: head.id,
    },
  );
}

function contended(id: unknown): EngineError {
  return new EngineError("contended", `Instance ${String(id)} is changed by many writers at once. Try again.`);
}
