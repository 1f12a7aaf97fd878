/*
 * `pnpm bench:http`: CPU of one request, a JSON echo behind a key and one middleware, beside a bare hono handler that
 * does the same. Both take turns in one process, so that whatever else the machine does meets both.
 */
import { createHash } from "node:crypto";
import { memoryAppPorts } from "@stephooks/contracts";
import { Hono } from "hono";
import { type APIGatewayProxyResult, handle, type LambdaContext } from "hono/aws-lambda";
import { createApp, createHost } from "stephooks/host";

type Handler = (event: object) => Promise<unknown>;

const apiKey = "the key";
const rounds = 20;
const requestsPerRound = 2_000;

function ours(): Handler {
  const app = createApp();
  app.use((_req, res, next) => {
    res.set("x-middleware", "1");
    next();
  });
  app.post("/echo", (req, res) => res.json(req.body));
  const apiKeySha256 = createHash("sha256").update(apiKey).digest("hex");
  const host = createHost(app.init(), memoryAppPorts(), {
    engine: { functionTimeout: 60, visibilityTimeout: 90 },
    http: { access: { mode: "keys", apiKeySha256 }, space: "dev" },
    deadLetterArn: "arn:aws:sqs:us-east-1:000000000000:dead",
  });
  return (event) => host.handle(event);
}

function bareHono(): Handler {
  const app = new Hono();
  app.use(async (context, next) => {
    if (context.req.header("x-apikey") !== apiKey) return context.json({ error: "unauthorized" }, 401);
    return next();
  });
  app.use(async (context, next) => {
    context.header("x-middleware", "1");
    await next();
  });
  app.post("/echo", async (context) => context.json(await context.req.json()));
  const handler: (event: never, context?: LambdaContext) => Promise<APIGatewayProxyResult> = handle(app);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the event is the one the service sends
  return (event) => handler(event as never);
}

const body = JSON.stringify({ id: 1, items: Array.from({ length: 10 }, (_, n) => ({ n, text: `item ${n}` })) });

function request(): object {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: "/echo",
    rawQueryString: "a=1",
    headers: {
      "content-type": "application/json",
      "x-apikey": apiKey,
      host: "abc.execute-api.eu-central-1.amazonaws.com",
      accept: "*/*",
      "user-agent": "curl/8",
      "x-forwarded-for": "203.0.113.7",
    },
    requestContext: {
      domainName: "abc.execute-api.eu-central-1.amazonaws.com",
      http: { method: "POST", path: "/echo", protocol: "HTTP/1.1", sourceIp: "203.0.113.7", userAgent: "curl/8" },
      requestId: "r",
      stage: "$default",
      timeEpoch: 0,
    },
    body,
    isBase64Encoded: false,
  };
}

/** Microseconds of CPU for one request. */
async function cpuOf(handler: Handler): Promise<number> {
  const before = process.cpuUsage();
  for (let count = 0; count < requestsPerRound; count += 1) await handler(request());
  const { system, user } = process.cpuUsage(before);
  return (user + system) / requestsPerRound;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const [stephooks, hono] = [ours(), bareHono()];
const answers = [await stephooks(request()), await hono(request())].map((answer) => JSON.stringify(answer));
if (!answers.every((answer) => answer.includes("item 9"))) throw new Error(`an echo is missing: ${answers.join("\n")}`);

const measured: { readonly ours: number; readonly hono: number }[] = [];
for (let round = -2; round < rounds; round += 1) {
  const pair = { ours: await cpuOf(stephooks), hono: await cpuOf(hono) };
  // The first two warm both up.
  if (round >= 0) measured.push(pair);
}
const [mine, bare] = [median(measured.map((pair) => pair.ours)), median(measured.map((pair) => pair.hono))];
const ratio = median(measured.map((pair) => pair.ours / pair.hono));
process.stdout.write(
  `stephooks ${mine.toFixed(1)} µs, bare hono ${bare.toFixed(1)} µs of CPU per request; ratio ${ratio.toFixed(2)} ` +
    `(medians of ${rounds} rounds of ${requestsPerRound})\n`,
);
