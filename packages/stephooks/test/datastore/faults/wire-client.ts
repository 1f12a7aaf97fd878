import type { AwsClients } from "@stephooks/aws";

/** One request of a client as it goes over the wire: a try of the SDK. */
export interface Try {
  /** Such as `PutItem`. */
  readonly operation: string;
  /** Tries since the client was armed, this one included. */
  readonly number: number;
  /** Requests a service really gets; answered by it. */
  readonly perform: () => Promise<WireAnswer>;
}

export interface WireAnswer {
  readonly response: unknown;
}

/** Decides what becomes of one try. */
export type Around = (attempt: Try) => Promise<WireAnswer>;

/** Lets `around`, while there is one, decide about every try of a client, below the SDK's own repeating. */
export function armedClient({ dynamodb }: AwsClients): { arm(around: Around | undefined): void } {
  const now: { around?: Around | undefined; number: number } = { number: 0 };
  dynamodb.middlewareStack.add(
    (next, context) => async (args) => {
      if (now.around === undefined) return next(args);
      now.number += 1;
      const operation = String(context.commandName).replace(/Command$/, "");
      return now.around({
        operation,
        number: now.number,
        perform: async () => ({ response: (await next(args)).response }),
      });
    },
    { step: "deserialize", priority: "low", name: "faults" },
  );
  return {
    arm: (around) => {
      now.around = around;
      now.number = 0;
    },
  };
}

/** "Error handling with DynamoDB": what it answers when overloaded, and when it failed. */
export function refusal(kind: "throttled" | "internal-error"): WireAnswer {
  const [statusCode, name] =
    kind === "throttled" ? [400, "ProvisionedThroughputExceededException"] : [500, "InternalServerError"];
  const body = Buffer.from(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "injected" }));
  return { response: { statusCode, headers: { "content-type": "application/x-amz-json-1.0" }, body } };
}

/** What Node's HTTP client reports when the service closes a connection without an answer. */
export function brokenConnection(): Error {
  return Object.assign(new Error("socket hang up (injected)"), { code: "ECONNRESET" });
}

/** What the SDK's HTTP handler throws when its request timeout is over. */
export function requestTimeout(): Error {
  return Object.assign(new Error("no answer in time (injected)"), { name: "TimeoutError" });
}
