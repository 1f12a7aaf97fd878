/** What happened to an order, as the shop, the bank and the warehouse tell it. */
export const eventKinds = ["placed", "paid", "sent"] as const;

export type EventKind = (typeof eventKinds)[number];

export interface OrderEvent {
  /** The sender's own id of the event: the same however often it is sent. */
  readonly id: string;
  readonly kind: EventKind;
  readonly order: string;
  /** When it happened, ISO 8601. */
  readonly at: string;
}

/** Ids become parts of instance ids. */
const ID = /^[\w-]{1,50}$/;

/** The event, or what is wrong with it. */
export function checkEvent(given: unknown): OrderEvent | string {
  const { at, id, kind, order } = Object(given);
  if (typeof id !== "string" || !ID.test(id)) return "it has no id of 1 to 50 letters, digits, _ or -";
  if (typeof order !== "string" || !ID.test(order)) return "it names no order";
  const known = eventKinds.find((name) => name === kind);
  if (known === undefined) return `its kind is none of ${eventKinds.join(", ")}`;
  if (typeof at !== "string" || Number.isNaN(Date.parse(at))) return "it does not say when it happened";
  return { id, kind: known, order, at };
}
