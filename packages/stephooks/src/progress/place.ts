/**
 * A place in the stream of one instance. What a body reports belongs to the commit it ran on: it comes behind the
 * transition that committed `seq`, and before the next one.
 */
export interface Place {
  /** Of the last transition; 0 before the first. */
  readonly seq: number;
  /** Of the last report since then; 0 for none. */
  readonly report: number;
  /** The end of the instance at this seq was told. */
  readonly ended?: boolean;
}

/** Where every stream begins. */
export const beginning: Place = Object.freeze({ seq: 0, report: 0 });

/** `7.2`: the second report since transition 7. `7.2.end`: and the instance has ended. */
export function placeText({ ended, report, seq }: Place): string {
  return `${seq}.${report}${ended === true ? ".end" : ""}`;
}

/** The place a client says it has come to; undefined for anything that we have not sent. */
export function parsePlace(sent: unknown): Place | undefined {
  const parts = typeof sent === "string" ? /^(\d{1,15})\.(\d{1,15})(\.end)?$/.exec(sent) : null;
  if (parts === null) return undefined;
  const [, seq, report, end] = parts;
  return { seq: Number(seq), report: Number(report), ...(end === undefined ? {} : { ended: true }) };
}
