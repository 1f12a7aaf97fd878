import type { Difference } from "./difference.ts";

const HEAD = `# What is not as with codehooks

stephooks has the names, arguments and behaviour of codehooks-js 1.4.3, not its defects. Each row is deliberate, and a
test shows what is said of stephooks. This page is made from data: \`pnpm differences\` renews it.
`;

/** The page of the documentation, as Markdown: a table for each topic, in the order they first come. */
export function differencesPage(differences: readonly Difference[]): string {
  const topics = [...new Set(differences.map(({ topic }) => topic))];
  const sections = topics.map((topic) => {
    const rows = differences
      .filter((difference) => difference.topic === topic)
      .map(({ codehooks, stephooks, why }) => `| ${[codehooks, stephooks, why].map(cell).join(" | ")} |`);
    return [`## ${topic}`, "", "| codehooks | stephooks | why |", "| --- | --- | --- |", ...rows].join("\n");
  });
  return `${[HEAD, ...sections].join("\n\n").replaceAll("\n\n\n", "\n\n")}\n`;
}

/** A bar would end the cell, and what looks like a tag would be one. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("_", "\\_").replaceAll("*", "\\*");
}
