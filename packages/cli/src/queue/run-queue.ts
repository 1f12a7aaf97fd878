import { type PeekedMessage, sqsQueueTools } from "@stephooks/aws/deploy";
import { isRecord } from "@stephooks/core";
import { type BulkOptions, confirmBulk } from "../confirm-bulk.ts";
import type { Target } from "../connection/connect.ts";
import { withApp } from "../connection/open-app.ts";
import { countText } from "../count-text.ts";
import { asTable, printResult } from "../print-result.ts";
import { readCount } from "../read-input.ts";
import { appQueues, queueNamed } from "./app-queues.ts";
import { jsonText, printText } from "../printable.ts";

export interface PeekOptions extends Target {
  readonly dead?: true;
  readonly limit: string;
}

export interface RedriveOptions extends Target, BulkOptions {}

export interface PurgeOptions extends Target, BulkOptions {
  readonly dead?: true;
}

/** `stephooks queue list`. */
export async function listQueues(options: Target): Promise<void> {
  const queues = await withApp(options, async ({ clients, connection }) => {
    const tools = sqsQueueTools(clients.sqs);
    return Promise.all(
      appQueues(connection).map(async ({ deadLetterUrl, name, url }) => {
        const [depth, dead] = await Promise.all([tools.depth(url), tools.depth(deadLetterUrl)]);
        return { name, ...depth, deadLetters: dead.waiting + dead.inFlight, url, deadLetterUrl };
      }),
    );
  });
  printResult(options, { queues }, () =>
    asTable([
      ["QUEUE", "WAITING", "IN FLIGHT", "DELAYED", "DEAD LETTERS"],
      ...queues.map(({ deadLetters, delayed, inFlight, name, waiting }) => [
        name,
        ...[waiting, inFlight, delayed, deadLetters].map(String),
      ]),
    ]),
  );
}

/** `stephooks queue peek`. */
export async function peekQueue(name: string, options: PeekOptions): Promise<void> {
  const limit = readCount("--limit", options.limit, 1, 1_000);
  const messages = await withApp(options, ({ clients, connection }) => {
    const { deadLetterUrl, url } = queueNamed(name, connection);
    return sqsQueueTools(clients.sqs).peek(options.dead ? deadLetterUrl : url, limit);
  });
  const shown = messages.map(shownMessage);
  printResult(options, { messages: shown }, () => {
    if (shown.length === 0) return "No message can be received now.\n";
    return shown
      .map(({ body, id, receiveCount, sentAt }) => {
        const text = typeof body === "string" ? body : jsonText(body, 2);
        return `${id}  sent ${sentAt}, received ${receiveCount} times\n${text}\n`;
      })
      .join("\n");
  });
}

/** Bodies are JSON as a rule. */
function shownMessage({ body, id, receiveCount, sentAt }: PeekedMessage): {
  readonly id: string;
  readonly sentAt: string;
  readonly receiveCount: number;
  readonly body: unknown;
} {
  return { id, sentAt: new Date(sentAt).toISOString(), receiveCount, body: parsed(body) };
}

function parsed(body: string): unknown {
  try {
    const message: unknown = JSON.parse(body);
    // The secret that links in mails are signed with is nobody's business here.
    return isRecord(message) && "sid" in message ? { ...message, sid: "…" } : message;
  } catch {
    return body;
  }
}

/** `stephooks queue redrive`: dead letters back into their queue, all or those of the ids. */
export async function redriveQueue(name: string, ids: readonly string[], options: RedriveOptions): Promise<void> {
  await withApp(options, async ({ clients, connection }) => {
    const { deadLetterUrl, url } = queueNamed(name, connection);
    const tools = sqsQueueTools(clients.sqs);
    const matched = ids.length > 0 ? ids.length : (await tools.depth(deadLetterUrl)).waiting;
    const sentence = `${countText(matched, "message")} would go back into ${name} of ${connection.name}.`;
    // Somebody who gives one id means it.
    const goOn = ids.length === 1 && !options.dryRun ? true : await confirmBulk(sentence, matched, options);
    const redriven = goOn
      ? await tools.move(deadLetterUrl, url, {
          limit: matched,
          ...(ids.length > 0 ? { ids: new Set(ids) } : {}),
          onMoved: (moved) => void (moved % 100 === 0 && printText(`${moved} of ${matched}\n`, process.stderr)),
        })
      : 0;
    printResult(options, { matched, redriven }, () =>
      goOn ? `${countText(redriven, "message")} went back into ${name}.\n` : "",
    );
    if (goOn && redriven < matched) {
      printText("The others are in flight, or there no more: look with stephooks queue peek --dead.\n", process.stderr);
      process.exitCode = 1;
    }
  });
}

/** `stephooks queue purge`. */
export async function purgeQueue(name: string, options: PurgeOptions): Promise<void> {
  await withApp(options, async ({ clients, connection }) => {
    const { deadLetterUrl, url } = queueNamed(name, connection);
    const tools = sqsQueueTools(clients.sqs);
    const target = options.dead ? deadLetterUrl : url;
    const { delayed, inFlight, waiting } = await tools.depth(target);
    const matched = waiting + inFlight + delayed;
    const what = options.dead ? `the dead letters of ${name}` : name;
    const sentence = `${countText(matched, "message")} of ${what} of ${connection.name} would be deleted. ${lossOf(name, options)}`;
    // The counts are approximate, so also an empty queue is purged.
    const goOn = await confirmBulk(sentence, Math.max(1, matched), options);
    if (goOn) await tools.purge(target);
    printResult(options, { matched, purged: goOn }, () => (goOn ? `Purged ${what}; SQS takes up to a minute.\n` : ""));
  });
}

function lossOf(name: string, { dead }: PurgeOptions): string {
  if (dead || name === "jobs") return "They cannot be got back.";
  return "Starts that wait there are lost; instances stand still until the watchdog wakes them.";
}
