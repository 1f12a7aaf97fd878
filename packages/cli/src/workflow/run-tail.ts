import { decodeState, hasEnded, type HistoryEntry, type InstanceHead, type JsonObject } from "@stephooks/core";
import { readInstance } from "@stephooks/engine";
import type { Target } from "../connection/connect.ts";
import { withApp } from "../connection/open-app.ts";
import { timeText } from "./draw-timeline.ts";
import { everyEntry } from "./every-entry.ts";
import { instanceSummary } from "./instance-summary.ts";
import { meaningOf, paint } from "./paint.ts";
import { LOOK_EVERY } from "./run-start.ts";
import { recordedLines } from "./recorded-lines.ts";
import { withoutSecrets } from "./without-secrets.ts";
import { changeLine, type StateChange, stateChanges } from "./state-changes.ts";
import { jsonText, printText } from "../printable.ts";

/** `stephooks workflow tail`: each transition when it is committed, until the instance has ended. */
export async function runTail(id: string, options: Target): Promise<void> {
  await withApp(options, async ({ ports }) => {
    let seen: number | undefined;
    let state: JsonObject | undefined;
    for (;;) {
      const head = await readInstance(id, ports);
      if (head.seq !== seen) {
        const entries = await everyEntry(id, ports, seen);
        // What was committed since the head was read comes with the next look.
        const fresh = entries.filter(({ seq }) => seq <= head.seq);
        const now = withoutSecrets(decodeState(head.state), head);
        tell(fresh, state === undefined ? [] : stateChanges(state, now), head, options);
        seen = head.seq;
        state = now;
      }
      if (hasEnded(head.status)) return end(head, ports.clock.now(), options);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  });
}

/** Where the history does not say it, transitions that came between two looks share what changed. */
function tell(
  entries: readonly HistoryEntry[],
  changes: readonly StateChange[],
  { keepsChanges }: InstanceHead,
  { json }: Target,
): void {
  if (json) {
    for (const [index, entry] of entries.entries()) {
      const last = index === entries.length - 1;
      printText(`${jsonText({ transition: entry, ...(last ? { changes } : {}) })}\n`);
    }
    return;
  }
  for (const entry of entries) {
    const { attempt, duration, outcome, startedAt, step } = entry;
    const tries = attempt > 1 ? ` (attempt ${attempt})` : "";
    const what = paint(meaningOf(outcome), outcome);
    printText(`${new Date(startedAt).toISOString()}  ${step}${tries}  ${what}  ${timeText(duration)}\n`);
    for (const line of recordedLines(entry, paint)) printText(`    ${line}\n`);
  }
  if (keepsChanges) return;
  for (const change of changes) printText(`    ${changeLine(change)}\n`);
}

function end(head: InstanceHead, now: number, { json }: Target): void {
  const instance = instanceSummary(head, now);
  if (json) printText(`${jsonText({ ended: instance })}\n`);
  else printText(`${paint(meaningOf(instance.status), instance.status)} at step ${instance.step}\n`);
  if (instance.status !== "completed") process.exitCode = 1;
}
