import { expect, test } from "vitest";
import { assertMade } from "../../src/deploy/make-planned.ts";

const failures = [{ logicalId: "HttpRole", type: "AWS::IAM::Role", status: "CREATE_FAILED", reason: "not authorized" }];

test.each([
  [
    "ROLLBACK_COMPLETE",
    /^shop is ROLLBACK_COMPLETE\. .*stephooks remove.*deploy again:\n  HttpRole .*: not authorized$/,
  ],
  ["DELETE_COMPLETE", /gone again.*deploy again:\n/],
  ["UPDATE_ROLLBACK_COMPLETE", /as it was before.*deploy again:\n/],
  ["UPDATE_ROLLBACK_FAILED", /events in the CloudFormation console:\n/],
])("a change that ended as %s says what to do next", (status, message) => {
  expect(() => assertMade("shop", { status, failures })).toThrow(
    expect.objectContaining({ code: "deploy-failed", message: expect.stringMatching(message) }),
  );
});
