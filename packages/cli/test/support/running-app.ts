import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { environmentNames } from "@stephooks/aws/resources";
import { rawRequest } from "@stephooks/emulators";
import { firstLine } from "./dev-command.ts";
import { runCommand, type RunningCommand, type RunOptions, spawnCommand } from "./run-command.ts";
import { appFolder } from "./temporary-app.ts";

export interface Answered {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An app that `stephooks dev` runs, and that is at the same time what CloudFormation tells of the stack `shop-test`. */
export interface RunningApp {
  readonly cwd: string;
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The AWS SDK's settings with which `deployed` runs: who asks, and where the services are. */
  readonly account: Readonly<Record<string, string>>;
  /** A verb on the app as it runs here. */
  readonly local: (args: readonly string[], options?: RunOptions) => Promise<Answered>;
  /** The same verb with `--stage`, as somebody runs it elsewhere: without the file that dev writes. */
  readonly deployed: (args: readonly string[], options?: RunOptions) => Promise<Answered>;
  /** The same, and it goes on. Whoever starts it ends it. */
  readonly deployedCommand: (args: readonly string[], options?: RunOptions) => RunningCommand;
  /** The item of a key as the table has it, read by plain HTTP. */
  readonly item: (pk: string, sk: string) => Promise<Readonly<Record<string, Attribute>> | undefined>;
  /** Every item whose partition begins so. */
  readonly items: (prefix: string) => Promise<readonly Readonly<Record<string, Attribute>>[]>;
  readonly sqs: <Answer extends object>(action: string, input: object) => Promise<Answer>;
  readonly stop: () => Promise<void>;
}

export interface Attribute {
  readonly S?: string;
  readonly N?: string;
}

/** Several files of tests start a stack of four processes each at the same time. Milliseconds. */
const START_LIMIT = 100_000;

/** Begin it in `beforeAll` and stop it in `afterAll`. */
export async function startApp(
  files: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<RunningApp> {
  const cwd = appFolder(files);
  const elsewhere = appFolder({ ...files, "package.json": '{"name":"shop"}' });
  const dev = spawnCommand(["dev", "--json", "--port", "0", "--fresh", ...args], { cwd });
  const stop = async (): Promise<void> => {
    dev.child.kill("SIGTERM");
    await dev.ended;
    for (const folder of [cwd, elsewhere]) rmSync(folder, { recursive: true, force: true });
  };
  const { url }: { url: string } = JSON.parse(
    await firstLine(dev, START_LIMIT).catch(async (error: unknown) => {
      await stop();
      throw error;
    }),
  );
  const { environment }: { environment: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(cwd, ".stephooks/running.json"), "utf8"),
  );
  const plane = await cloudFormation(() => outputsOf(url, environment));
  const endpoints = Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("AWS_")));
  const account: Record<string, string> = { ...endpoints, AWS_ENDPOINT_URL_CLOUDFORMATION: plane.endpoint };
  const onStage = (given: readonly string[], options: RunOptions): [readonly string[], RunOptions] => [
    [...given, "--stage", "test"],
    { cwd: elsewhere, ...options, env: { ...account, ...options.env } },
  ];
  const endpointOf = (name: string): string => environment[name] ?? "";
  return {
    cwd,
    url,
    environment,
    account,
    local: (given, options = {}) => runCommand(given, { cwd, ...options }),
    deployed: (given, options = {}) => runCommand(...onStage(given, options)),
    deployedCommand: (given, options = {}) => spawnCommand(...onStage(given, options)),
    item: async (pk, sk) => {
      const answer = await rawRequest<{ Item?: Record<string, Attribute> }>(
        endpointOf(environmentNames.dynamodbEndpoint),
        "DynamoDB_20120810.GetItem",
        { TableName: environment[environmentNames.table], Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true },
      );
      return answer.Item;
    },
    items: async (prefix) => {
      const answer = await rawRequest<{ Items: Record<string, Attribute>[] }>(
        endpointOf(environmentNames.dynamodbEndpoint),
        "DynamoDB_20120810.Scan",
        {
          TableName: environment[environmentNames.table],
          FilterExpression: "begins_with(pk, :p)",
          ExpressionAttributeValues: { ":p": { S: prefix } },
          ConsistentRead: true,
        },
      );
      return answer.Items;
    },
    sqs: (action, input) => rawRequest(endpointOf(environmentNames.sqsEndpoint), `AmazonSQS.${action}`, input),
    stop: async () => {
      plane.close();
      await stop();
    },
  };
}

function outputsOf(url: string, environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const steps = environment[environmentNames.stepQueueUrl] ?? "";
  const dead = (environment[environmentNames.stepDeadLetterArn] ?? "").split(":").at(-1) ?? "";
  const jobs = environment[environmentNames.jobQueueUrl];
  return {
    ApiUrl: url,
    TableName: environment[environmentNames.table] ?? "",
    StepQueueUrl: steps,
    StepDeadLetterQueueUrl: steps.replace(/[^/]+$/, dead),
    FilesBucketName: environment[environmentNames.bucket] ?? "",
    ...(jobs === undefined
      ? {}
      : { JobQueueUrl: jobs, JobDeadLetterQueueUrl: environment[environmentNames.jobDeadLetterUrl] ?? "" }),
  };
}

const namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/";
const id = "arn:aws:cloudformation:us-east-1:000000000000:stack/shop-test/aaf549a0-a413-11df-adb3-5081b3858e83";

/** Answers as CloudFormation's API reference shows, about one stack. */
async function cloudFormation(
  outputs: () => Readonly<Record<string, string>>,
): Promise<{ readonly endpoint: string; readonly close: () => void }> {
  const server = createServer((incoming, outgoing) => {
    let body = "";
    incoming.setEncoding("utf8").on("data", (text: string) => (body += text));
    incoming.on("end", () => {
      const form = new URLSearchParams(body);
      // Under two names: the verbs take greater care of one called prod.
      const known = ["shop-test", "shop-prod", id].includes(form.get("StackName") ?? "");
      outgoing.writeHead(known ? 200 : 400, { "content-type": "text/xml" });
      outgoing.end(known ? answerTo(form.get("Action"), outputs()) : missing(form.get("StackName") ?? ""));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answerTo(action: string | null, outputs: Readonly<Record<string, string>>): string {
  if (action === "ListStackResources") {
    return `<ListStackResourcesResponse xmlns="${namespace}"><ListStackResourcesResult><StackResourceSummaries><member>
<LogicalResourceId>WorkerLogGroup</LogicalResourceId><PhysicalResourceId>/aws/lambda/shop-test-Worker</PhysicalResourceId>
<ResourceType>AWS::Logs::LogGroup</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>
</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;
  }
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse xmlns="${namespace}"><DescribeStacksResult><Stacks><member><StackId>${id}</StackId>
<StackName>shop-test</StackName><CreationTime>2026-07-27T22:26:28Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>
<Outputs>${members.join("")}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

function missing(name: string): string {
  return `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>ValidationError</Code>
<Message>Stack with id ${name} does not exist</Message></Error></ErrorResponse>`;
}
