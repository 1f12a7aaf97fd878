import {
  assertStorableSize,
  type CreateMessage,
  encodeState,
  type InstanceHead,
  isInstanceId,
  PortError,
  type Ports,
  type Random,
  randomHex,
  type WriteResult,
} from "@stephooks/core";
import { ulid } from "ulid";
import { EngineError } from "./engine-error.ts";
import { initialHead } from "./initial-head.ts";
import { isProtectedName } from "./protected-names.ts";
import { showId } from "./read-instance.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

export interface StartRequest {
  readonly workflow: WorkflowDefinition;
  readonly state: unknown;
  /** Makes the start idempotent; a fresh ULID when absent. */
  readonly id?: string;
}

export interface StartResult {
  /** False when the id belonged to an earlier start. */
  readonly created: boolean;
  /** The instance as created, or the earlier one as it is now. */
  readonly head: InstanceHead;
}

/**
 * Starts an instance. The self-contained create message goes first: once the queue holds it, the instance runs even
 * if this process dies before the put, and the put only makes it readable at once.
 *
 * @throws StateError when the state cannot be stored, EngineError `invalid-id`, PortError when the queue or, for a
 * given id, the table did not answer; then the start may have happened, and repeating it with the same id is safe.
 */
export async function startInstance(request: StartRequest, ports: Ports): Promise<StartResult> {
  const message = createMessage(request, ports);
  await ports.queue.send([{ message, delaySeconds: 0 }]);
  const head = initialHead(message);
  const written = await put(head, request.id !== undefined, ports);
  if (written.ok) return { created: true, head };
  if (written.current === undefined) throw new TypeError("a refused create shows the present head");
  // A worker was faster than the put: the instance is ours all the same, and a start answers it as it was born.
  if (written.current.startId === head.startId) return { created: true, head };
  return { created: false, head: written.current };
}

function createMessage({ workflow, state, id }: StartRequest, ports: Ports): CreateMessage {
  const { entries } = encodeState(state ?? {});
  const own = new Map([...entries].filter(([key]) => !isProtectedName(key)));
  assertStorableSize(own);
  const now = ports.clock.now();
  if (id !== undefined && !isInstanceId(id)) {
    throw new EngineError(
      "invalid-id",
      `Instance id ${showId(id)} is not allowed: use 1 to 128 letters, digits, _ . : @ or -.`,
    );
  }
  return {
    kind: "create",
    instance: id ?? ulid(now, () => fraction(ports.random)),
    // 128 bits: it also signs the wait tokens of this instance.
    startId: randomHex(ports.random, 16),
    workflow: workflow.name,
    step: workflow.firstStep,
    createdAt: now,
    state: own,
    ...(workflow.instanceTimeout === undefined ? {} : { deadline: now + workflow.instanceTimeout }),
    ...(workflow.fullHistory ? { fullHistory: true } : {}),
    ...(workflow.keepsChanges ? { keepsChanges: true } : {}),
    ...(workflow.redact.length === 0 ? {} : { redact: workflow.redact }),
    ...(workflow.retention === undefined ? {} : { retention: workflow.retention }),
  };
}

/**
 * Starts an instance later, 0 to 900 seconds from now: only the create message is sent, and whoever receives it creates
 * the instance. Repeating it with the same id starts one instance.
 *
 * @throws StateError when the state cannot be stored, EngineError `invalid-id`, PortError when the queue did not answer.
 */
export async function startInstanceLater(
  request: StartRequest & { readonly id: string },
  delaySeconds: number,
  ports: Ports,
): Promise<void> {
  await ports.queue.send([{ message: createMessage(request, ports), delaySeconds }]);
}

async function put(head: InstanceHead, callerChoseId: boolean, ports: Ports): Promise<WriteResult> {
  try {
    return await createTwice(head, ports);
  } catch (error) {
    // The queue holds the start. Nobody else can own a fresh ULID, so it will run as reported.
    if (callerChoseId || !(error instanceof PortError)) throw error;
    ports.logger.log("warn", "start accepted but not readable yet", { instance: head.id, reason: error.message });
    return { ok: true };
  }
}

/** An unclear answer is asked again once; the start id tells whether the first try was applied. */
async function createTwice(head: InstanceHead, ports: Ports): Promise<WriteResult> {
  try {
    return await ports.instances.create(head);
  } catch (error) {
    if (!(error instanceof PortError) || !error.mayHaveApplied) throw error;
    return ports.instances.create(head);
  }
}

/** A number in [0, 1) from the port's bytes, as ulid wants it. */
function fraction(random: Random): number {
  const [high = 0, low = 0] = random.bytes(2);
  return (high * 256 + low) / 65_536;
}
