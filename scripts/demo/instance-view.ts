/** One committed transition as `GET /instances/:id` shows it. */
interface Transition {
  readonly step: string;
  readonly attempt: number;
  readonly startedAt: number;
  readonly duration: number;
}

/** What the demo reads of an instance over HTTP. */
export interface InstanceView {
  readonly id: string;
  readonly status: string;
  readonly transitions: number;
  readonly createdAt: string;
  readonly state: unknown;
  readonly history: readonly Transition[];
}

/** Reads one instance from the app, as any client would. */
export async function viewInstance(url: string, id: string): Promise<InstanceView> {
  const response = await fetch(`${url}/instances/${id}`);
  if (!response.ok) throw new Error(`GET /instances/${id} answered ${response.status}: ${await response.text()}`);
  const view: InstanceView = JSON.parse(await response.text());
  return view;
}

/** One line of the table: instance, steps with attempt and start after creation, status, final state. */
export function tableLine(view: InstanceView): string {
  const created = Date.parse(view.createdAt);
  const steps = view.history.map(({ step, attempt, startedAt }) => `${step} #${attempt} +${startedAt - created}ms`);
  const end = view.status === "running" ? "…" : `${view.status} ${JSON.stringify(view.state)}`;
  return `${view.id}  ${steps.join(" → ")}${steps.length > 0 ? "  " : ""}${end}`;
}
