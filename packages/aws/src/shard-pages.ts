import { QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { CallSlots } from "./call-slots.ts";
import type { Item } from "./item-reader.ts";
import { attempt, type TableAccess } from "./read-items.ts";

/**
 * Queries of one store on their way at the same time. A listing asks every partition at once: without a bound, 64 of
 * them would be a thousand calls that starve each other until they time out.
 */
export const QUERIES_AT_ONCE = 32;

/** A table whose listings share a number of calls. */
export interface ListedTable extends TableAccess {
  readonly slots: CallSlots;
}

/** A part of one partition, in one order. */
export interface ShardQuery {
  readonly partition: string;
  /** A local index; the table's own order without it. */
  readonly index?: { readonly name: string; readonly attribute: string };
  /** Both ends belong to it. */
  readonly first?: string;
  readonly last?: string;
  /** Instead of the ends. */
  readonly prefix?: string;
  readonly reverse?: boolean;
}

/** Items of a page at the most. Pages grow to it from the first one. */
const PAGE = 250;

/** Pages of one partition, strongly consistent. `firstPage`: how many items to begin with. */
export async function* shardPages(
  table: ListedTable,
  query: ShardQuery,
  firstPage = PAGE,
): AsyncGenerator<readonly Item[], void, undefined> {
  let start: Item | undefined;
  let limit = Math.min(PAGE, firstPage);
  do {
    const input = queryInput(table.tableName, query, limit);
    const command = new QueryCommand(start === undefined ? input : { ...input, ExclusiveStartKey: { ...start } });
    const answer = await table.slots.take(() => attempt("Query", () => table.client.send(command)));
    if (answer.Items && answer.Items.length > 0) yield answer.Items;
    start = answer.LastEvaluatedKey;
    limit = Math.min(PAGE, 2 * limit);
  } while (start !== undefined);
}

function queryInput(table: string, { first, index, last, partition, prefix, reverse }: ShardQuery, limit: number) {
  const condition = prefix === undefined ? rangeCondition(first, last) : " AND begins_with(#sort, :prefix)";
  return {
    TableName: table,
    ...(index === undefined ? {} : { IndexName: index.name }),
    KeyConditionExpression: `#pk = :pk${condition}`,
    ExpressionAttributeNames: { "#pk": "pk", ...(condition === "" ? {} : { "#sort": index?.attribute ?? "sk" }) },
    ExpressionAttributeValues: {
      ":pk": { S: partition },
      ...(prefix === undefined ? {} : { ":prefix": { S: prefix } }),
      ...(first === undefined ? {} : { ":first": { S: first } }),
      ...(last === undefined || last === first ? {} : { ":last": { S: last } }),
    },
    ScanIndexForward: reverse !== true,
    ConsistentRead: true,
    Limit: limit,
  } satisfies QueryCommandInput;
}

function rangeCondition(first: string | undefined, last: string | undefined): string {
  if (first !== undefined && first === last) return " AND #sort = :first";
  if (first !== undefined && last !== undefined) return " AND #sort BETWEEN :first AND :last";
  if (first !== undefined) return " AND #sort >= :first";
  return last === undefined ? "" : " AND #sort <= :last";
}
