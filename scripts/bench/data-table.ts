import { textTable } from "./text-table.ts";
import type { measureData } from "./data-cost.ts";

/** What each call of the datastore and the key-value store costs, a line each. */
export function dataTable(costs: Awaited<ReturnType<typeof measureData>>): string {
  const rows = costs.map(({ bare, dollarsPerMillion, name, ours, readUnits, requests, writeUnits }) => [
    name,
    Object.entries(requests)
      .map(([operation, count]) => `${count.toFixed(2)} ${operation}`)
      .join(", "),
    ...[writeUnits, readUnits, dollarsPerMillion].map((value) => value.toFixed(2)),
    ...[ours, bare].map((time) => time.toFixed(0)),
    (ours / bare).toFixed(2),
  ]);
  return textTable([["call", "requests", "WU", "RU", "$ per M", "µs", "µs bare", "ratio"], ...rows]);
}
