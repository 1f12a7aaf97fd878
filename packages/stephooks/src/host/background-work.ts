import type { SqsBatch } from "@stephooks/aws/lambda";
import { type AppPorts, parseTick, type ReceivedMessage, type TickMessage } from "@stephooks/core";
import { type EngineSettings, type TransitionListener } from "@stephooks/engine";
import {
  createDeadLetterDrain,
  createWorker,
  type DeadLetterDrain,
  sweep,
  type SweepReport,
  type Worker,
} from "@stephooks/engine/background";
import type { AppRegistry } from "../app-registry.ts";
// Not from the indexes of these folders: whoever imports one of them would load all of this with it.
import { startTicks } from "../crons/start-ticks.ts";
import { createJobRunner, type JobRunner } from "../jobs/job-runner.ts";
import { createSourceRunner, type SourceRunner } from "../jobs/source-runner.ts";
import { stepReporter } from "../progress/step-reports.ts";
import type { Runtime } from "../runtime.ts";

/** What an app does that nobody waits for: the work of its queues and of its schedule. */
export interface BackgroundWork {
  /**
   * Handles one batch of any of the app's queues and answers the ids of the messages that must come back. Returns at
   * the latest `remaining` milliseconds from now.
   */
  work(batch: SqsBatch, remaining: number): Promise<readonly string[]>;
  /** One pass over the due index for the minute that begins then, epoch milliseconds. */
  sweep(scheduledAt: number): Promise<SweepReport>;
}

export interface BackgroundOptions {
  readonly registry: Pick<AppRegistry, "crons" | "definitions" | "workers">;
  readonly ports: AppPorts;
  readonly settings: EngineSettings;
  readonly listener: TransitionListener;
  readonly render: Runtime["render"];
  /** ARN by which batches of dead letters are marked. */
  readonly deadLetterArn: string;
  /** ARN by which batches of jobs are marked. */
  readonly jobQueueArn: string | undefined;
}

interface Tools extends BackgroundOptions {
  readonly worker: Worker;
  readonly deadLetters: DeadLetterDrain;
  readonly jobRunner: JobRunner;
  readonly sourceRunner: SourceRunner;
}

/** Time a batch needs after its last step to answer, beyond what every invocation needs to end, milliseconds. */
const ANSWER_TIME = 1_000;

/** This module leads to the engine's worker: it is only imported when a message comes, or where messages are to come. */
export function createBackgroundWork(options: BackgroundOptions): BackgroundWork {
  const { listener, ports, registry, render, settings } = options;
  const { definitions, workers } = registry;
  const tools: Tools = {
    ...options,
    worker: createWorker({ ports, definitions, settings, listener, reporter: stepReporter(ports) }),
    deadLetters: createDeadLetterDrain({ ports, definitions, listener }),
    jobRunner: createJobRunner({ ports, workers, render }),
    sourceRunner: createSourceRunner(ports, render),
  };
  return {
    work: (batch, remaining) => processBatch(batch, remaining, tools),
    sweep: (scheduledAt) => sweep(scheduledAt, ports, settings),
  };
}

async function processBatch(batch: SqsBatch, remaining: number, tools: Tools): Promise<readonly string[]> {
  const { deadLetterArn, jobQueueArn, jobRunner, registry, sourceRunner } = tools;
  if (batch.queueArn === deadLetterArn) return processDeadLetters(batch.messages, tools);
  if (batch.queueArn === jobQueueArn) return jobRunner.work(batch.messages, remaining);
  const worker = registry.workers.ofSource(batch.queueArn);
  if (worker !== undefined) return sourceRunner.work(worker, batch.messages, remaining);
  return processSteps(batch.messages, remaining, tools);
}

/** A tick that failed too often is tried again, as a step is. */
async function processDeadLetters(messages: readonly ReceivedMessage[], tools: Tools): Promise<readonly string[]> {
  const { ticks = [], steps = [] } = Object.groupBy(messages, ({ body }) => (parseTick(body) ? "ticks" : "steps"));
  return [...(await tools.deadLetters.drain(steps)), ...(await processSteps(ticks, 0, tools))];
}

/** The step queue also holds what schedules send. */
async function processSteps(
  messages: readonly ReceivedMessage[],
  remaining: number,
  tools: Tools,
): Promise<readonly string[]> {
  const parsed = messages.map((message) => ({ message, tick: parseTick(message.body) }));
  const steps = parsed.flatMap(({ message, tick }) => (tick === undefined ? [message] : []));
  const ticks = parsed.flatMap(({ message: { id }, tick }) => (tick === undefined ? [] : [{ id, tick }]));
  const failed = await Promise.all([
    tools.worker.work(steps, remaining - ANSWER_TIME),
    ...ticks.map(({ id, tick }) => processTick(id, tick, tools)),
  ]);
  return failed.flat();
}

async function processTick(id: string, tick: TickMessage, { ports, registry }: Tools): Promise<readonly string[]> {
  try {
    await startTicks(tick, { crons: registry.crons, definitions: registry.definitions, ports });
    return [];
  } catch (error) {
    ports.logger.log("error", "tick kept after a failure", { job: tick.job, reason: String(error) });
    return [id];
  }
}
