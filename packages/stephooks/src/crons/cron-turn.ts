import { type AppPorts, hasEnded, PortError, type StoredDocument } from "@stephooks/core";
import { StephooksError } from "../stephooks-error.ts";

/** Collection that says which run of each job has the turn. */
const COLLECTION = "_stephooks_turns";

/**
 * A run that is not stored may still be on its way: its message can wait 14 days in a queue. One that was stored has
 * been there for at least that long after its end. Milliseconds.
 */
const LONGEST_UNSTORED = 15 * 86_400_000;

/** Others who take the turn at the same moment: each of them makes one more look necessary. */
const MAX_LOOKS = 20;

/** A failure here would cost the job an attempt in which it has not run: calls that fail are made again. */
const MAX_FAILURES = 2;

export type Turn = { readonly mine: true } | { readonly mine: false; readonly holder: string };

type TurnPorts = Pick<AppPorts, "clock" | "documents" | "instances">;

/**
 * Takes the turn of a job for a run, unless an earlier run has it and has not ended. Nothing gives it back: the commit
 * that ends a run does, so it cannot be kept by a process that died. Taking it twice is the same as once.
 *
 * @throws PortError, StephooksError `contended`; nothing is decided then.
 */
export async function takeTurn(job: string, run: string, ports: TurnPorts): Promise<Turn> {
  let failures = 0;
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    try {
      const turn = await look(job, run, ports);
      if (turn) return turn;
    } catch (error) {
      // Also one whose write may have been applied: the next look sees it.
      if (!(error instanceof PortError) || ++failures > MAX_FAILURES) throw error;
    }
  }
  throw new StephooksError("contended", `The turn of job "${job}" is being taken by others. It is tried again.`);
}

/** Undefined when somebody else took it meanwhile. */
async function look(job: string, run: string, ports: TurnPorts): Promise<Turn | undefined> {
  const stored = (await ports.documents.read(COLLECTION, [job])).get(job);
  const holder = stored?.document["holder"];
  if (holder === run) return { mine: true };
  if (stored && typeof holder === "string" && (await isUnderWay(holder, stored, ports))) return { mine: false, holder };
  const document = { _id: job, holder: run, takenAt: ports.clock.now() };
  const { ok } = await ports.documents.write({ collection: COLLECTION, id: job, document, expected: stored?.version });
  return ok ? { mine: true } : undefined;
}

async function isUnderWay(holder: string, { document }: StoredDocument, ports: TurnPorts): Promise<boolean> {
  const head = (await ports.instances.read([holder])).get(holder);
  if (head) return !hasEnded(head.status);
  const takenAt = Number(document["takenAt"]);
  return ports.clock.now() - takenAt < LONGEST_UNSTORED;
}
