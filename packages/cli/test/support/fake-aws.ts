import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { type Answer, describe, failure, json, listed, members, result, tag, xml } from "./aws-answers.ts";

/*
 * The control planes that `deploy`, `remove`, `diff` and `env` call, as far as they call them: state in memory, answers
 * in the shapes of the services' API references. What it cannot tell is whether AWS would take a template.
 */

export interface FakeStack {
  readonly name: string;
  readonly id: string;
  status: string;
  template: string;
  parameters: Record<string, string>;
  tags: Record<string, string>;
  outputs: Record<string, string>;
  /** Logical id, type, physical id, and the status when it is none of one that is there. */
  resources: (readonly [string, string, string, string?])[];
}

export interface FakeEvent {
  readonly logicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

export interface FakeAws {
  /** For the environment of the command. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stacks: Map<string, FakeStack>;
  /** Parameter Store: values by name. */
  readonly parameters: Map<string, { value: string; type: string }>;
  /** S3: contents by `bucket/key`. */
  readonly objects: Map<string, Buffer>;
  readonly buckets: Set<string>;
  /** Every call as `service.Action`, with what was sent. */
  readonly calls: { readonly action: string; readonly input: Readonly<Record<string, string>> }[];
  /** What becomes of the next change. */
  next: {
    status?: string;
    events?: readonly FakeEvent[];
    outputs?: Record<string, string>;
    /** Reason of a change set that fails. */
    refused?: string;
    /** Resources that the change set is said to replace. */
    replaces?: readonly (readonly [string, string])[];
  };
}

const account = "123456789012";
const region = "eu-central-1";
export const codeBucketName = `stephooks-code-${account}-${region}`;

/** Starts the server; closed after the test. */
export async function fakeAws(): Promise<FakeAws> {
  const world = new World();
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const { status, text, type } = world.answer(request, await buffer(request));
      response.writeHead(status, { "content-type": type, etag: '"e"' }).end(text);
    };
    void answer();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  world.environment = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${address.port}`,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_CONFIG_FILE: "/dev/null",
  };
  return world;
}

class World implements FakeAws {
  environment: Readonly<Record<string, string>> = {};
  readonly stacks = new Map<string, FakeStack>();
  readonly parameters = new Map<string, { value: string; type: string }>();
  readonly objects = new Map<string, Buffer>();
  readonly buckets = new Set([codeBucketName]);
  readonly calls: { action: string; input: Record<string, string> }[] = [];
  next: FakeAws["next"] = {};
  readonly #changeSets = new Map<string, { form: Record<string, string>; stack: FakeStack }>();
  readonly #events = new Map<string, string[]>();
  #count = 0;

  answer(request: IncomingMessage, body: Buffer): Answer {
    const target = String(request.headers["x-amz-target"] ?? "");
    if (target.startsWith("AmazonSSM.")) return this.#ssm(target.slice("AmazonSSM.".length), body);
    if (String(request.headers["content-type"]).includes("x-www-form-urlencoded")) {
      const form = Object.fromEntries(new URLSearchParams(body.toString()));
      const { Action: action = "" } = form;
      this.calls.push({ action: `cloudformation.${action}`, input: form });
      return this.#query(action, form);
    }
    return this.#s3(request, body);
  }

  #s3({ method, url = "" }: IncomingMessage, body: Buffer): Answer {
    const [bucket = "", ...rest] = new URL(url, "http://s3").pathname.slice(1).split("/");
    this.calls.push({ action: `s3.${method}`, input: { bucket, key: rest.join("/") } });
    if (!this.buckets.has(bucket)) return failure(404, "NoSuchBucket", "The specified bucket does not exist");
    this.objects.set(`${bucket}/${rest.join("/")}`, body);
    return xml("");
  }

  #ssm(action: string, body: Buffer): Answer {
    const input: Record<string, unknown> = JSON.parse(body.toString());
    this.calls.push({
      action: `ssm.${action}`,
      input: Object.fromEntries(Object.entries(input).map(([key, value]) => [key, String(value)])),
    });
    const name = String(input["Name"]);
    if (action === "PutParameter") {
      this.parameters.set(name, { value: String(input["Value"]), type: String(input["Type"]) });
      return json({ Version: 1, Tier: "Standard" });
    }
    if (action === "DeleteParameter") {
      if (this.parameters.delete(name)) return json({});
      return json({ __type: "ParameterNotFound" }, 400);
    }
    const found = [...this.parameters].filter(([key]) => key.startsWith(`${String(input["Path"])}/`));
    const decrypted = input["WithDecryption"] === true;
    return json({
      Parameters: found.map(([Name, { type, value }]) => ({
        Name,
        Type: type,
        Value: decrypted ? value : "AQICAHg-encrypted",
        Version: 1,
        LastModifiedDate: 1_795_000_000,
      })),
    });
  }

  #query(action: string, form: Record<string, string>): Answer {
    switch (action) {
      case "GetCallerIdentity":
        return result(
          action,
          `<Arn>arn:aws:iam::${account}:user/a</Arn><UserId>U</UserId><Account>${account}</Account>`,
        );
      case "DescribeStacks":
        return this.#withStack(form, (stack) => result(action, `<Stacks><member>${describe(stack)}</member></Stacks>`));
      case "GetTemplate":
        return this.#withStack(form, ({ template }) => result(action, tag("TemplateBody", template)));
      case "ListStackResources":
        return this.#withStack(form, ({ resources }) => result(action, listed(resources)));
      case "DescribeStackEvents":
        return this.#withStack(form, ({ name }) => {
          return result(action, `<StackEvents>${(this.#events.get(name) ?? []).toReversed().join("")}</StackEvents>`);
        });
      case "DeleteStack":
        return this.#withStack(form, (stack) => {
          for (const event of this.next.events ?? []) this.#tell(stack, event);
          this.#finish(stack, this.next.status ?? "DELETE_COMPLETE");
          return result(action, "");
        });
      default:
        return this.#changeSet(action, form);
    }
  }

  #changeSet(action: string, form: Record<string, string>): Answer {
    if (action === "CreateChangeSet") return this.#create(form);
    if (action === "ListChangeSets") return this.#withStack(form, (stack) => result(action, this.#listed(stack)));
    const id = form["ChangeSetName"] ?? "";
    const set = this.#changeSets.get(id);
    if (set === undefined) return failure(404, "ChangeSetNotFound", `ChangeSet [${id}] does not exist`);
    if (action === "DescribeChangeSet") {
      const { refused, replaces = [] } = this.next;
      if (refused !== undefined) return result(action, tag("Status", "FAILED") + tag("StatusReason", refused));
      const changes = replaces.map(
        ([logical, type]) =>
          `<member><Type>Resource</Type><ResourceChange><Action>Modify</Action><Replacement>True</Replacement>${tag("LogicalResourceId", logical)}${tag("ResourceType", type)}</ResourceChange></member>`,
      );
      const planned = tag("StackId", set.stack.id) + tag("Status", "CREATE_COMPLETE");
      return result(action, `${planned}<Changes>${changes.join("")}</Changes>`);
    }
    if (action === "DeleteChangeSet") {
      this.#changeSets.delete(id);
      return result(action, "");
    }
    if (action !== "ExecuteChangeSet") return failure(400, "InvalidAction", action);
    this.#changeSets.delete(id);
    this.#apply(set);
    return result(action, "");
  }

  /** What is planned for a stack; of a change set that fails nothing can be executed. */
  #listed(stack: FakeStack): string {
    const open = [...this.#changeSets].flatMap(([id, set]) => (set.stack === stack ? [id] : []));
    const rows = open.map(
      (id) =>
        `<member>${tag("ChangeSetId", id)}${tag("ExecutionStatus", this.next.refused === undefined ? "AVAILABLE" : "UNAVAILABLE")}</member>`,
    );
    return `<Summaries>${rows.join("")}</Summaries>`;
  }

  #create(form: Record<string, string>): Answer {
    const name = form["StackName"] ?? "";
    const isNew = form["ChangeSetType"] === "CREATE";
    const present = this.stacks.get(name);
    if (isNew === (present !== undefined && present.status !== "REVIEW_IN_PROGRESS")) {
      return failure(400, "ValidationError", `Stack [${name}] ${isNew ? "already exists" : "does not exist"}`);
    }
    const stack = present ?? this.#newStack(name);
    this.stacks.set(name, stack);
    const id = `arn:aws:cloudformation:${region}:${account}:changeSet/${form["ChangeSetName"]}/${++this.#count}`;
    this.#changeSets.set(id, { form, stack });
    return result("CreateChangeSet", tag("Id", id) + tag("StackId", stack.id));
  }

  #newStack(name: string): FakeStack {
    const id = `arn:aws:cloudformation:${region}:${account}:stack/${name}/${++this.#count}`;
    const empty = { parameters: {}, tags: {}, outputs: {}, resources: [], template: "" };
    return { name, id, status: "REVIEW_IN_PROGRESS", ...empty };
  }

  #apply({ form, stack }: { form: Record<string, string>; stack: FakeStack }): void {
    const { events = [], outputs = {}, status } = this.next;
    const isNew = stack.status === "REVIEW_IN_PROGRESS";
    for (const event of events) this.#tell(stack, event);
    const end = status ?? (isNew ? "CREATE_COMPLETE" : "UPDATE_COMPLETE");
    if (/^(?:CREATE|UPDATE)_COMPLETE$/.test(end)) {
      const { TemplateBody: text, TemplateURL: url } = form;
      const uploaded = url === undefined ? undefined : this.objects.get(codeBucketName + new URL(url).pathname);
      stack.template = text ?? uploaded?.toString() ?? "";
      const before = stack.parameters;
      stack.parameters = Object.fromEntries(
        members(form, "Parameters").map((each) => {
          const key = each["ParameterKey"] ?? "";
          return [key, each["UsePreviousValue"] === "true" ? (before[key] ?? "") : (each["ParameterValue"] ?? "")];
        }),
      );
      stack.tags = Object.fromEntries(members(form, "Tags").map((each) => [each["Key"] ?? "", each["Value"] ?? ""]));
      stack.outputs = { ...stack.outputs, ...outputs };
    }
    this.#finish(stack, end);
  }

  #finish(stack: FakeStack, status: string): void {
    stack.status = status;
    this.#tell(stack, { logicalId: stack.name, type: "AWS::CloudFormation::Stack", status });
    if (status === "DELETE_COMPLETE") this.stacks.delete(stack.name);
    this.#gone.set(stack.id, stack);
  }

  /** Stacks that are gone are found by their ARN. */
  readonly #gone = new Map<string, FakeStack>();

  #tell({ id, name }: FakeStack, { logicalId, reason, status, type }: FakeEvent): void {
    const physical = type === "AWS::CloudFormation::Stack" ? id : "";
    const event = `<member>${tag("EventId", String(++this.#count))}${tag("StackId", id)}${tag("StackName", name)}${tag("LogicalResourceId", logicalId)}${tag("PhysicalResourceId", physical)}${tag("ResourceType", type)}${tag("ResourceStatus", status)}${reason === undefined ? "" : tag("ResourceStatusReason", reason)}<Timestamp>2026-11-23T10:00:00Z</Timestamp></member>`;
    this.#events.set(name, [...(this.#events.get(name) ?? []), event]);
  }

  #withStack({ StackName: asked = "" }: Record<string, string>, tell: (stack: FakeStack) => Answer): Answer {
    const stack =
      this.stacks.get(asked) ?? [...this.stacks.values()].find(({ id }) => id === asked) ?? this.#gone.get(asked);
    return stack ? tell(stack) : failure(400, "ValidationError", `Stack with id ${asked} does not exist`);
  }
}
