import type { WorkerManifest } from "@stephooks/core";
import { StephooksError } from "../stephooks-error.ts";
import { defaultWorkers, defineWorker, type WorkerDefinition } from "./worker-definition.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The workers of an app. */
export class WorkerList {
  readonly #byTopic = new Map<string, WorkerDefinition>();
  readonly #environment: Environment;

  /** `environment` is read when somebody asks for what depends on it, not before. */
  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Registers functions, and perhaps options, for a topic. @throws StephooksError `invalid-worker`, `invalid-handler`. */
  add(topic: unknown, args: readonly unknown[]): void {
    const worker = defineWorker(topic, args);
    const other = worker.sourceArn === undefined ? undefined : this.ofSource(worker.sourceArn);
    if (other !== undefined && other.topic !== worker.topic) {
      throw new StephooksError(
        "invalid-worker",
        `Workers "${other.topic}" and "${worker.topic}" read the same queue, so each would get some of its messages. Use one worker.`,
        { topic: worker.topic },
      );
    }
    this.#byTopic.set(worker.topic, worker);
  }

  /** The worker of the app's own jobs with this topic. */
  ofTopic(topic: string): WorkerDefinition | undefined {
    const worker = this.#byTopic.get(topic);
    return worker?.sourceArn === undefined ? worker : undefined;
  }

  /** The worker that reads this queue. */
  ofSource(queueArn: string): WorkerDefinition | undefined {
    return [...this.#byTopic.values()].find(({ sourceArn }) => sourceArn === queueArn);
  }

  /** Jobs of the worker that may run at the same time. @throws StephooksError `invalid-worker`. */
  slots({ workers }: WorkerDefinition): number {
    return workers ?? defaultWorkers(this.#environment);
  }

  /** The worker that takes jobs of `topic`. @throws StephooksError `unknown-topic`, `topic-has-source`. */
  receiving(topic: unknown): WorkerDefinition {
    const worker = typeof topic === "string" ? this.#byTopic.get(topic) : undefined;
    if (worker === undefined) throw this.unknown(String(topic));
    if (worker.sourceArn === undefined) return worker;
    throw new StephooksError(
      "topic-has-source",
      `Worker "${worker.topic}" reads a queue of its own: send to ${worker.sourceArn} instead of enqueueing.`,
      { topic: worker.topic },
    );
  }

  unknown(topic: string): StephooksError {
    const known = [...this.#byTopic.values()].filter(({ sourceArn }) => sourceArn === undefined);
    const names = known.map((worker) => `"${worker.topic}"`).join(", ");
    return new StephooksError(
      "unknown-topic",
      `No worker takes jobs of topic "${topic.slice(0, 200)}". Register one with app.worker; there are: ${names || "none"}.`,
    );
  }

  manifest(): readonly WorkerManifest[] {
    return [...this.#byTopic.values()].map((worker) => ({
      topic: worker.topic,
      slots: this.slots(worker),
      timeout: worker.timeout,
      ...(worker.sourceArn === undefined ? {} : { sourceArn: worker.sourceArn }),
    }));
  }
}
