import {
  applyHeadUpdate,
  ENDED_PAUSES_LENGTH,
  type HeadCondition,
  type HeadStatus,
  type HeadUpdate,
  type InstanceHead,
} from "@stephooks/core";

/** A write beside the transitions: it moves nothing, so seq and token stay. */
export interface SideWrite {
  readonly update: HeadUpdate;
  readonly condition: HeadCondition;
  readonly next: InstanceHead;
}

/** The status of whatever has not ended. */
export const liveStatuses: readonly HeadStatus[] = ["runnable", "waiting", "timer", "joining", "blocked"];

/** A body that runs may still commit; what it wakes is held. Refused when a pause is in force already. Pure. */
export function planPause(head: InstanceHead, pauseId: string): SideWrite {
  return sideWrite(head, { set: { pauseId } }, { statusIn: liveStatuses, pauseId: null });
}

/** Notes that the message of the newest token was taken by the pause in force. Pure. */
export function planHold(head: InstanceHead): SideWrite {
  const { pauseId = null, token } = head;
  return sideWrite(head, { set: { heldToken: token } }, { statusIn: liveStatuses, token, pauseId });
}

/**
 * Ends the pause and notes which token it had taken, in one write: whoever holds the message that ended the pause must
 * know later whose wake it is, whatever pause comes next. Pure.
 */
export function planUnpause(head: InstanceHead, pauseId: string): SideWrite {
  const { endedPauses = [], heldToken } = head;
  const ended = { id: pauseId, ...(heldToken === undefined ? {} : { heldToken }) };
  return sideWrite(
    head,
    { set: { endedPauses: [...endedPauses, ended].slice(-ENDED_PAUSES_LENGTH) }, clear: ["pauseId", "heldToken"] },
    { statusIn: liveStatuses, pauseId, heldToken: heldToken ?? null },
  );
}

function sideWrite(head: InstanceHead, update: HeadUpdate, condition: HeadCondition): SideWrite {
  return { update, condition, next: applyHeadUpdate(head, update) };
}
