import { CronError } from "./cron-error.ts";

/** A field of numbers: minutes, hours, months and so on. */
export interface FieldKind {
  readonly title: string;
  readonly least: number;
  readonly most: number;
  /** Names of the numbers from `least` on. */
  readonly names?: readonly string[];
}

export const SECONDS: FieldKind = { title: "seconds", least: 0, most: 59 };
export const MINUTES: FieldKind = { title: "minutes", least: 0, most: 59 };
export const HOURS: FieldKind = { title: "hours", least: 0, most: 23 };
export const DAYS_OF_MONTH: FieldKind = { title: "day of month", least: 1, most: 31 };
export const MONTHS: FieldKind = {
  title: "month",
  least: 1,
  most: 12,
  names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
/** 7 is Sunday, too. */
export const DAYS_OF_WEEK: FieldKind = {
  title: "day of week",
  least: 0,
  most: 7,
  names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};

/** Sorted numbers of a field such as `*`, `5`, `MON-FRI`, `0-30/10,45`. @throws CronError `invalid-expression`. */
export function parseNumbers(text: string, kind: FieldKind): readonly number[] {
  const numbers = new Set(text.split(",").flatMap((item) => parseItem(item, kind)));
  return [...numbers].toSorted((one, other) => one - other);
}

function parseItem(item: string, kind: FieldKind): readonly number[] {
  const parts = /^(?:(\*)|([0-9A-Z]+)(?:-([0-9A-Z]+))?)(?:\/(\d{1,3}))?$/.exec(item);
  if (!parts) throw badField(item, kind);
  const [, star, from, to, step] = parts;
  if (star === undefined && to === undefined && step !== undefined) {
    throw badField(item, kind, `Write the range that the steps go through, such as ${from}-${kind.most}/${step}.`);
  }
  // Steps through all days of a week end on Saturday: 7 would be Sunday a second time.
  const first = star === undefined ? parseNumber(from ?? "", kind) : kind.least;
  const all = kind === DAYS_OF_WEEK ? 6 : kind.most;
  const last = star !== undefined ? all : to === undefined ? first : parseEnd(to, first, kind);
  const stride = step === undefined ? 1 : Number(step);
  if (stride < 1 || stride > kind.most) throw badField(item, kind, `A step is 1 to ${kind.most}.`);
  if (first > last) throw badField(item, kind, "A range begins with its smaller end: write two, separated by a comma.");
  const count = Math.floor((last - first) / stride) + 1;
  return Array.from({ length: count }, (_, index) => normal(first + index * stride, kind));
}

/** As the end of a range Sunday comes after Saturday. */
function parseEnd(text: string, first: number, kind: FieldKind): number {
  const end = parseNumber(text, kind);
  return kind === DAYS_OF_WEEK && text === "SUN" && first > 0 ? 7 : end;
}

function parseNumber(text: string, kind: FieldKind): number {
  const named = kind.names?.indexOf(text) ?? -1;
  if (named !== -1) return kind.least + named;
  const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= kind.least && number <= kind.most) return number;
  throw badField(text, kind);
}

function normal(number: number, kind: FieldKind): number {
  return kind === DAYS_OF_WEEK ? number % 7 : number;
}

function badField(text: string, { least, most, names, title }: FieldKind, advice?: string): CronError {
  const known = names ? `, ${names[0]} to ${names.at(-1)}` : "";
  return new CronError(
    "invalid-expression",
    `"${text.slice(0, 40)}" is no ${title} of a cron expression. ${
      advice ?? `Use ${least} to ${most}${known}, *, ranges such as 1-5, steps such as */2, and commas.`
    }`,
  );
}
