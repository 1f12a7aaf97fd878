import { printable } from "../printable.ts";
import { type Section, sections } from "./app-facts.ts";
import type { PlanLine, PlanLines } from "./compare-facts.ts";

const titles: Readonly<Record<Section, string>> = {
  routes: "Routes",
  workflows: "Workflows",
  queues: "Queues",
  schedules: "Schedules",
  permissions: "Permissions",
  parameters: "Parameters",
  variables: "Environment variables",
  resources: "Resources",
};

const marks: Readonly<Record<PlanLine["change"], string>> = { added: "+", removed: "-", changed: "~", same: " " };

/** A plan, a section a paragraph. Only what changes, or all of it; marks tell what changes where it was compared. */
export function planText(lines: PlanLines, choice: { readonly compared: boolean; readonly all: boolean }): string {
  const paragraphs = sections.flatMap((section) => {
    const wanted = lines[section].filter(({ change }) => choice.all || change !== "same");
    if (wanted.length === 0) return [];
    const width = Math.max(...wanted.map(({ item }) => item.length));
    const rows = wanted.map((line) => rowOf(line, Math.min(width, 48), choice.compared));
    return [`${titles[section]}\n${rows.join("\n")}\n`];
  });
  return paragraphs.join("\n");
}

function rowOf({ added, change, details, item, removed }: PlanLine, width: number, compared: boolean): string {
  const mark = compared ? marks[change] : " ";
  const shown =
    change === "changed"
      ? [
          ...details.map((detail) => (added.includes(detail) ? `+${detail}` : detail)),
          ...removed.map((one) => `-${one}`),
        ]
      : details;
  return printable(`  ${mark} ${item.padEnd(width)}  ${shown.join(", ")}`).trimEnd();
}
