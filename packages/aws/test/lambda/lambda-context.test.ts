import { expect, test } from "vitest";
import { readLambdaContext } from "../../src/lambda/index.ts";

test("Lambda's context is read at every call", () => {
  let left = 5_000;
  const context = readLambdaContext({
    getRemainingTimeInMillis: () => left,
    awsRequestId: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
    functionName: "orders-Worker",
  });
  left = 4_000;
  expect(context.getRemainingTimeInMillis()).toBe(4_000);
  expect(context.awsRequestId).toBe("8476a536-e9f4-11e8-9739-2dfe598c3fcd");
  expect(context.functionName).toBe("orders-Worker");
});

test.each([undefined, null, {}, "x", { getRemainingTimeInMillis: 5 }, { getRemainingTimeInMillis: () => Number.NaN }])(
  "without a clock (%j) there is as much time as the longest function has",
  (context) => {
    expect(readLambdaContext(context).getRemainingTimeInMillis()).toBe(900_000);
  },
);

test("a clock that needs its context gets it", () => {
  class Context {
    left = 7;
    getRemainingTimeInMillis(): number {
      return this.left;
    }
  }
  expect(readLambdaContext(new Context()).getRemainingTimeInMillis()).toBe(7);
});
