import type { AwsClients } from "@stephooks/aws";
import { isRecord } from "@stephooks/core";

/** One answered request to DynamoDB, as it went over the wire. */
export interface SentRequest {
  readonly operation: string;
  readonly index: string | undefined;
  /** Items that DynamoDB read for it, those it filtered included. */
  readonly itemsRead: number;
}

/** Notes every request of a client from now on. */
export function logRequests({ dynamodb }: AwsClients): SentRequest[] {
  const requests: SentRequest[] = [];
  dynamodb.middlewareStack.add(
    (next, context) => async (args) => {
      const answered = await next(args);
      requests.push({
        operation: String(context.commandName).replace(/Command$/, ""),
        index: textOf(Reflect.get(args.input, "IndexName")),
        itemsRead: itemsRead(answered.output),
      });
      return answered;
    },
    { step: "initialize" },
  );
  return requests;
}

function itemsRead(output: object): number {
  const scanned: unknown = Reflect.get(output, "ScannedCount");
  if (typeof scanned === "number") return scanned;
  const responses: unknown = Reflect.get(output, "Responses");
  if (isRecord(responses)) return Object.values(responses).flat().length;
  return Reflect.get(output, "Item") === undefined ? 0 : 1;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
