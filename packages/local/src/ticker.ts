import { type Clock, type CronManifest, tickBody } from "@stephooks/core";
import { type Cron, parseCron } from "@stephooks/cron";
import { nextMessage } from "@stephooks/cron/ticks";

/** Stands in for EventBridge Scheduler: sends the messages of the app's schedules to the step queue. */
export interface Ticker {
  /** From now on these jobs; no message of the ones before is begun any more. */
  follow(crons: readonly CronManifest[]): void;
  /** When the next message is sent, epoch milliseconds; undefined when none is to come. */
  next(): number | undefined;
  /** Messages that are on their way to the queue. */
  readonly pending: number;
  stop(): void;
}

export interface TickerOptions {
  readonly clock: Clock;
  /** Settles when the step queue holds the message. */
  readonly send: (body: string) => Promise<void>;
}

/** The longest timer, milliseconds: Node's own ends after 24 days, and a machine that slept is noticed soon. */
const LONGEST_WAIT = 60_000;

/** A message that is later than this is not sent, as if the stack had been down: the machine slept. Milliseconds. */
const LATEST = 60_000;

/** Pause before a message is sent again that the queue did not take, milliseconds. */
const RETRY_PAUSE = 500;

export function ticker(options: TickerOptions): Ticker {
  let lines: readonly Line[] = [];
  const stop = (): void => {
    for (const line of lines) line.stop();
    lines = [];
  };
  return {
    follow: (crons) => {
      stop();
      lines = crons.map((cron) => new Line(cron, options));
    },
    next: () => {
      const times = lines.flatMap(({ next }) => (next === undefined ? [] : [next]));
      return times.length === 0 ? undefined : Math.min(...times);
    },
    get pending() {
      return lines.reduce((sum, { pending }) => sum + pending, 0);
    },
    stop,
  };
}

/** The messages of one job. */
class Line {
  readonly #job: string;
  readonly #cron: Cron;
  readonly #options: TickerOptions;
  #isStopped = false;
  #cancel = (): void => {};
  next: number | undefined;
  pending = 0;

  constructor({ expression, name, timeZone }: CronManifest, options: TickerOptions) {
    this.#job = name;
    this.#cron = parseCron(expression, timeZone);
    this.#options = options;
    this.next = nextMessage(this.#cron, options.clock.now());
    this.#arm();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #arm(): void {
    const { clock } = this.#options;
    if (this.next === undefined) return;
    this.#cancel = clock.timer(Math.min(Math.max(0, this.next - clock.now()), LONGEST_WAIT), () => this.#look());
  }

  #look(): void {
    const now = this.#options.clock.now();
    while (this.next !== undefined && this.next <= now) {
      if (now - this.next <= LATEST) void this.#send(this.next);
      this.next = nextMessage(this.#cron, Math.max(this.next, now - LATEST));
    }
    this.#arm();
  }

  /** As often as it takes: the broker may be about to come back. */
  async #send(scheduledAt: number): Promise<void> {
    const { clock, send } = this.#options;
    this.pending += 1;
    const body = tickBody(this.#job, new Date(scheduledAt).toISOString());
    while (!this.#isStopped) {
      try {
        await send(body);
        this.pending -= 1;
        return;
      } catch {
        await new Promise<void>((resolve) => clock.timer(RETRY_PAUSE, resolve));
      }
    }
  }
}
