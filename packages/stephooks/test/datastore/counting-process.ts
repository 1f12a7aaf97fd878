// Run by a test in processes of its own: counts in one document and one value, many times at once, when it is told to.
import { awsPorts, createAwsClients } from "@stephooks/aws";
import { silentLogger } from "@stephooks/core";
import { createHost } from "../../src/host/index.ts";
import { taskApp, taskRunner } from "./task-app.ts";

const [, , table = "", stepQueueUrl = "", name = "", calls = ""] = process.argv;

const clients = createAwsClients({
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  // A slow answer on a busy machine is no fault of the run.
  requestTimeout: 60_000,
});
const { handler, tasks } = taskApp();
const host = createHost(handler, awsPorts({ clients, table, stepQueueUrl, logger: silentLogger }), {
  engine: { functionTimeout: 60, visibilityTimeout: 90 },
  http: { access: { mode: "open" }, space: "dev" },
  deadLetterArn: "arn:aws:sqs:us-east-1:000000000000:none",
});
const { run } = taskRunner((event) => host.handle(event), tasks);

async function count(): Promise<void> {
  const counting = Array.from({ length: Number(calls) }, (_, index) =>
    run((data) =>
      Promise.all([
        data.updateOne("counts", "shared", { $inc: { n: 1 }, $push: { list: `${name}-${index}` } }),
        data.incr("hits", 1, { keyspace: "forked" }),
      ]),
    ),
  );
  const sums = await Promise.all(counting);
  process.send?.(sums.map(([, sum]) => sum));
  process.disconnect();
}

process.once("message", () => void count());
// Warm, so that all begin at the same time.
await run((data) => data.findOneOrNull("counts", "shared"));
process.send?.("ready");
