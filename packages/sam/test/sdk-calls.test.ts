import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { bootstrapTemplate, buildTemplate, policyRows, readTemplate } from "../src/index.ts";
import { commandGrants, grantedWith, resourceGrants } from "../src/deployer-policy.ts";
import { policyTable } from "./policy-table.ts";
import { schemaFindings } from "./resource-schema.ts";
import { fullManifest } from "./sample-manifest.ts";
import { actionsOfSource } from "./sdk-calls.ts";

const template = buildTemplate(fullManifest(50_000), { codeUri: "dist/" });

/** Needed by Lambda on the functions' behalf, which no code of ours calls. */
const ofLambda = ["logs:CreateLogStream", "logs:PutLogEvents"];
const sorted = (actions: Iterable<string>): readonly string[] => [...actions].toSorted();

describe("function × action × resource", () => {
  const rows = policyTable(template).filter((row) => row.includes(" Allow ") && !row.includes("sts:AssumeRole"));

  test("of an app that uses everything is what is written down", async () => {
    await expect(`${rows.toSorted().join("\n")}\n`).toMatchFileSnapshot("golden/permissions.txt");
  });

  test("has no asterisk but the one for the files of the app's own bucket", () => {
    const wild = rows.filter((row) => row.includes("*"));
    expect(wild.length).toBeGreaterThan(0);
    for (const row of wild) expect(row).toMatch(/ s3:(?:Get|Put|Delete)Object FilesBucket\.Arn\/\*$/);
  });

  test("has every call the functions' code can make, and no other", () => {
    const calls = actionsOfSource((path) => !/^(?:deploy|provision)\//.test(path));
    const granted = policyRows(template.Resources).filter(
      ({ effect, id }) => effect === "Allow" && /^(?:Http|Worker)Role$/.test(id),
    );
    const actions = new Set(granted.map(({ action }) => action).filter((action) => !/^sts:/.test(action)));
    expect(sorted(actions)).toEqual(sorted([...calls, ...ofLambda]));
  });
});

/** What deploy, diff, env and remove call. The verbs on a running app are for whoever may use its table and queues. */
const deploys = (path: string): boolean => path.startsWith("deploy/") && !path.startsWith("deploy/operations/");

const bootstrap = readTemplate(bootstrapTemplate());
const allowed = policyRows(bootstrap.resources).filter(({ effect }) => effect === "Allow");

test("what the policies of the bootstrap allow, on what, is what is written down", async () => {
  const rows = allowed.map(({ action, id, resource }) => `${id} ${action} ${resource}`).toSorted();
  await expect(`${rows.join("\n")}\n`).toMatchFileSnapshot("golden/bootstrap-permissions.txt");
});

describe("who operates", () => {
  const actionsOf = (id: string) => new Set(allowed.filter((row) => row.id === id).map(({ action }) => action));
  const [reads, writes] = [actionsOf("OperatorReads"), actionsOf("OperatorWrites")];

  /** The ports, as functions have them, and what only tools call. */
  const calls = actionsOfSource(
    (path) => !/^(?:deploy|provision)\//.test(path) || /^deploy\/(?:operations\/|read-stack)/.test(path),
  );

  test("may make every call of the verbs on a running app but reading a file, which no verb does", () => {
    expect(sorted([...reads, ...writes, "s3:GetObject"])).toEqual(sorted(calls));
  });

  test("changes nothing with OperatorReads", () => {
    const names = [...reads].map((action) => action.split(":")[1] ?? "");
    expect(names.filter((name) => !/^(?:BatchGet|Describe|Filter|Get|List|Query)/.test(name))).toEqual([]);
    expect([...writes].filter((action) => reads.has(action))).toEqual([]);
  });

  test("has a resource for every action, of these stacks only", () => {
    const rows = allowed.filter(({ id }) => id.startsWith("Operator"));
    for (const { action, resource } of rows)
      expect([action, resource]).toEqual([action, expect.stringMatching(/Stacks/)]);
    expect(rows.filter(({ action }) => action.includes("*"))).toEqual([]);
  });
});

describe("who deploys", () => {
  const granted = allowed.filter(({ id }) => id.startsWith("Deployer"));

  test("may make every call that deploy, diff, env and remove make", () => {
    const actions = new Set(granted.map(({ action }) => action));
    const missing = sorted(actionsOfSource(deploys)).filter((action) => !actions.has(action));
    expect(missing).toEqual([]);
    // Live instances are counted with these.
    for (const name of ["Query", "BatchGetItem", "GetItem"]) expect(actions).toContain(`dynamodb:${name}`);
  });

  test("may, of what only the command calls, nothing it does not call", () => {
    const calls = actionsOfSource(deploys);
    const ofCommand = Object.values(commandGrants).flatMap(({ actions }) => actions);
    const others = new Set(ofCommand.filter((action) => !calls.has(action)));
    // The SAM CLI's own call; the table's reads; and CloudFormation reads code and template from the bucket.
    expect(sorted(others)).toEqual([
      "cloudformation:GetTemplateSummary",
      "dynamodb:BatchGetItem",
      "dynamodb:GetItem",
      "dynamodb:Query",
      "s3:GetObject",
    ]);
  });

  test("may make every type of resource a template has", () => {
    const expanded: Readonly<Record<string, readonly string[]>> = {
      "AWS::Serverless::Function": ["AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Lambda::Url"],
      "AWS::Serverless::HttpApi": ["AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"],
    };
    const types = new Set(Object.values(template.Resources).flatMap(({ Type }) => expanded[Type] ?? [Type]));
    for (const type of types) expect(Object.keys(resourceGrants), type).toContain(grantedWith[type] ?? type);
    const used = new Set([...types].map((type) => grantedWith[type] ?? type));
    const unused = Object.keys(resourceGrants).filter((type) => type.includes("::") && !used.has(type));
    expect(unused).toEqual([]);
  });

  test("has an asterisk for a resource only where AWS knows none, and there a condition", () => {
    const wild = Object.values({ ...commandGrants, ...resourceGrants }).filter(({ resources }) =>
      resources.includes("*"),
    );
    expect(wild).toEqual([resourceGrants["AWS::Lambda::EventSourceMapping"]]);
    expect(wild[0]?.condition).toHaveProperty("ArnLike");
    expect(granted.filter(({ action }) => action.includes("*"))).toEqual([]);
  });

  test.each(["DeployerCommands", "DeployerResources", "OperatorReads", "OperatorWrites"])(
    "%s fits in a managed policy",
    (id) => {
      const text = JSON.stringify(bootstrap.resources[id]?.properties["PolicyDocument"]);
      // IAM's limit counts no white space; ids and regions come in the place of pseudo parameters of about that length.
      expect(text.length).toBeLessThan(6_144);
    },
  );

  test("the bootstrap template fits CloudFormation's schema, and is what infra holds (pnpm template renews it)", () => {
    for (const { properties, type } of Object.values(bootstrap.resources)) {
      expect(schemaFindings(type, properties)).toEqual([]);
    }
    const infra = readFileSync(new URL("../../../infra/bootstrap.yaml", import.meta.url), "utf8");
    expect(infra).toBe(bootstrapTemplate());
    expect(parse(infra, { logLevel: "silent" })).toHaveProperty(
      "Resources.CodeBucket.DeletionPolicy",
      "RetainExceptOnCreate",
    );
  });
});
