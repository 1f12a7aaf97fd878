import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { environmentNames } from "@stephooks/aws/resources";

const apiKey = "the key of the test";

/** What the template sets. Nothing listens at these addresses. */
const environment = {
  [environmentNames.table]: "table",
  [environmentNames.stepQueueUrl]: "https://127.0.0.1:1/queue",
  [environmentNames.stepDeadLetterArn]: "arn:aws:sqs:us-east-1:000000000000:dead",
  [environmentNames.functionTimeout]: "60",
  [environmentNames.visibilityTimeout]: "90",
  [environmentNames.apiKeySha256]: createHash("sha256").update(apiKey).digest("hex"),
  AWS_REGION: "us-east-1",
};

const event = {
  version: "2.0",
  rawPath: "/hello",
  rawQueryString: "",
  headers: { "x-apikey": apiKey },
  requestContext: { http: { method: "GET", path: "/hello", sourceIp: "203.0.113.7" }, stage: "$default" },
  isBase64Encoded: false,
};

/** What a process answers to `GET /hello` that has just loaded the bundle. */
export async function firstAnswer(bundle: string): Promise<{ readonly statusCode: number; readonly body: string }> {
  const program = `const { handler } = await import(process.argv[1]);
    console.log(JSON.stringify(await handler(JSON.parse(process.argv[2]))));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", program, bundle, JSON.stringify(event)],
    { env: { ...process.env, ...environment } },
  );
  return JSON.parse(stdout);
}
