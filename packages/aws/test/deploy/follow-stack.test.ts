import { systemClock } from "@stephooks/core";
import { expect, test } from "vitest";
import { createCloudFormationClient, makeChange, planChange } from "../../src/deploy/index.ts";
import { controlPlane } from "./control-plane.ts";

const stackId = "arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1";

const pace = { clock: systemClock, interval: 1 };

const told = (action: string, inner: string) => ({
  type: "text/xml",
  body: `<${action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><${action}Result>${inner}</${action}Result></${action}Response>`,
});

const event = (id: number, status: string): string =>
  `<member><EventId>${id}</EventId><StackId>${stackId}</StackId><StackName>shop</StackName><PhysicalResourceId>${stackId}</PhysicalResourceId><ResourceType>AWS::CloudFormation::Stack</ResourceType><ResourceStatus>${status}</ResourceStatus><Timestamp>2026-11-23T10:00:00Z</Timestamp></member>`;

/** A stack whose status and events are what each look finds; the last one stays. */
async function stackTelling(looks: readonly (readonly [status: string, events: readonly string[]])[]) {
  let executed = false;
  let look = -1;
  const { options, requests } = await controlPlane(({ body }) => {
    const action = new URLSearchParams(body).get("Action") ?? "";
    if (action === "ExecuteChangeSet") executed = true;
    if (action === "DescribeStacks") look = Math.min(look + 1, looks.length - 1);
    const [status = "", events = []] = looks[Math.max(look, 0)] ?? [];
    if (action === "DescribeStacks") {
      const stack = `<StackName>shop</StackName><StackId>${stackId}</StackId><StackStatus>${status}</StackStatus><CreationTime>2026-11-23T10:00:00Z</CreationTime>`;
      return told(action, `<Stacks><member>${stack}</member></Stacks>`);
    }
    if (action === "DescribeStackEvents") {
      const found = ["UPDATE_COMPLETE", ...(executed ? events : [])].map((name, index) => event(index, name));
      return told(action, `<StackEvents>${found.toReversed().join("")}</StackEvents>`);
    }
    return told(action, "");
  });
  const client = createCloudFormationClient(options);
  return {
    requests,
    outcome: makeChange(client, { id: "set", stackId, changes: [] }, { pace, token: "t", onEvent: () => {} }),
  };
}

test("a status of the time before the change is not taken for its end", async () => {
  const { outcome } = await stackTelling([
    ["UPDATE_COMPLETE", []],
    ["UPDATE_COMPLETE", ["UPDATE_IN_PROGRESS"]],
    ["UPDATE_IN_PROGRESS", ["UPDATE_IN_PROGRESS"]],
    ["UPDATE_ROLLBACK_COMPLETE", ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"]],
  ]);
  expect(await outcome).toEqual({ status: "UPDATE_ROLLBACK_COMPLETE", failures: [] });
});

test("a change of which no event is told ends all the same", async () => {
  const { outcome } = await stackTelling([["UPDATE_COMPLETE", []]]);
  expect((await outcome).status).toBe("UPDATE_COMPLETE");
});

test("a change set that is asked for again is the same one", async () => {
  const { options, requests } = await controlPlane(({ body }) => {
    const action = new URLSearchParams(body).get("Action") ?? "";
    const created = `<Id>set</Id><StackId>${stackId}</StackId>`;
    return told(action, action === "CreateChangeSet" ? created : "<Status>CREATE_COMPLETE</Status>");
  });
  const change = { stack: "shop", isNew: false, template: { body: "{}" }, parameters: {}, tags: {}, capabilities: [] };
  await planChange(createCloudFormationClient(options), { ...change, name: "stephooks-7" }, pace);
  const [sent] = requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
  expect(sent).toMatchObject({ Action: "CreateChangeSet", ChangeSetName: "stephooks-7", ClientToken: "stephooks-7" });
});
