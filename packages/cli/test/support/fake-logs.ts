import { once } from "node:events";
import { createServer } from "node:http";
import { onTestFinished } from "vitest";

export interface LoggedEvent {
  readonly eventId: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

export interface FakeLogs {
  /** Has commands ask here. */
  readonly environment: Readonly<Record<string, string>>;
  /** Bodies of the requests, in order. */
  readonly asked: readonly string[];
}

/** In the place of CloudWatch Logs: answers every request with these events, as they are then. Ends with the test. */
export async function fakeLogs(events: readonly LoggedEvent[]): Promise<FakeLogs> {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    let body = "";
    incoming.setEncoding("utf8").on("data", (text: string) => (body += text));
    incoming.on("end", () => {
      asked.push(body);
      outgoing.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify({ events }));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { environment: { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: `http://127.0.0.1:${address.port}` }, asked };
}
