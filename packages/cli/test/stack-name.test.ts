import { describe, expect, test } from "vitest";
import { CliError } from "../src/cli-error.ts";
import { stackName } from "../src/stack-name.ts";

describe("the stack of a stage", () => {
  test.each([
    ["shop", "prod", "shop-prod"],
    ["@acme/shop", "prod", "acme-shop-prod"],
    ["my_shop.api", "eu-1", "my-shop-api-eu-1"],
    ["2048", "prod", "app-2048-prod"],
    ["~shop~", "prod", "shop-prod"],
    ["注文", "prod", "app-prod"],
    ["", "7", "app-7"],
  ])("%j at %j is %s", (packageName, stage, name) => {
    expect(stackName(packageName, stage)).toBe(name);
    expect(name).toMatch(/^[a-zA-Z][-a-zA-Z0-9]*$/);
  });

  test.each(["", "-", "prod-", "-prod", "a--b", "a b", "a/b", "prod\n", "é"])("%j is no stage", (stage) => {
    expect(() => stackName("shop", stage)).toThrow(expect.objectContaining({ code: "bad-usage" }));
    expect(() => stackName("shop", stage)).toThrow(CliError);
  });

  test("a name too long for CloudFormation is refused, not cut: two stages must never be one stack", () => {
    expect(stackName("a".repeat(123), "prod")).toHaveLength(128);
    expect(() => stackName("a".repeat(124), "prod")).toThrow("--stack");
  });
});
