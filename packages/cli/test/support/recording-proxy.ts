import { once } from "node:events";
import { createServer, type IncomingMessage, request as send } from "node:http";
import { buffer } from "node:stream/consumers";

export interface RecordingProxy {
  readonly endpoint: string;
  /** IAM's actions of the calls since it was asked last, each once. */
  readonly taken: () => readonly string[];
  readonly close: () => void;
}

/** Where the services are. */
export interface Services {
  readonly dynamodb: string;
  readonly sqs: string;
  readonly s3: string;
  readonly cloudformation: string;
}

/** IAM has one action for a call and its batch. */
const single: Readonly<Record<string, string>> = {
  "sqs:SendMessageBatch": "sqs:SendMessage",
  "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
};

/** Passes calls of the AWS SDK on, and notes them. CloudWatch Logs has nothing to tell. */
export async function recordingProxy(services: Services): Promise<RecordingProxy> {
  const seen = new Set<string>();
  const server = createServer((incoming, outgoing) => {
    const pass = async (): Promise<void> => {
      const body = await buffer(incoming);
      const action = actionOf(incoming, body);
      seen.add(single[action] ?? action);
      const [service = ""] = action.split(":");
      if (service === "logs") {
        outgoing.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end('{"events":[]}');
        return;
      }
      const { headers, method, url = "/" } = incoming;
      const call = send(new URL(url, endpointOf(service, services)), { method, headers });
      call.on("response", (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      call.on("error", () => outgoing.writeHead(502).end());
      call.end(body);
    };
    void pass();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    taken: () => {
      const actions = [...seen];
      seen.clear();
      return actions;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function endpointOf(service: string, { cloudformation, dynamodb, s3, sqs }: Services): string {
  const found = new Map([
    ["cloudformation", cloudformation],
    ["dynamodb", dynamodb],
    ["s3", s3],
    ["sqs", sqs],
  ]).get(service);
  if (found === undefined) throw new Error(`no service ${service}`);
  return found;
}

/** The JSON protocols name the call in a header, the query protocol in a form; S3 by method and path. */
function actionOf({ headers, method = "", url = "/" }: IncomingMessage, body: Buffer): string {
  const [service = "", name] = String(headers["x-amz-target"] ?? "").split(".");
  if (name !== undefined) {
    if (service.startsWith("DynamoDB_")) return `dynamodb:${name}`;
    return `${service.startsWith("Logs_") ? "logs" : "sqs"}:${name}`;
  }
  if (String(headers["content-type"]).includes("x-www-form-urlencoded")) {
    return `cloudformation:${new URLSearchParams(body.toString()).get("Action") ?? ""}`;
  }
  const { pathname, searchParams } = new URL(url, "http://s3");
  if (method === "GET" && searchParams.has("list-type")) return "s3:ListBucket";
  if (method === "POST" && searchParams.has("delete")) return "s3:DeleteObject";
  const isObject = /^\/[^/]+\/./.test(pathname);
  const names = new Map([
    ["GET", "GetObject"],
    ["HEAD", "GetObject"],
    ["PUT", "PutObject"],
    ["DELETE", "DeleteObject"],
  ]);
  return `s3:${(isObject ? names.get(method) : undefined) ?? `${method} ${pathname}`}`;
}
