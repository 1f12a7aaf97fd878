import type { Difference, StrictBehaviour } from "./difference.ts";

const HEAD = `# What is not as with codehooks

stephooks has the names, arguments and behaviour of codehooks-js 1.4.3, not its defects. Each row is deliberate, and a
test shows what is said of stephooks. This page is made from data: \`pnpm differences\` renews it.

An app that was written for codehooks may rely on some of it. Then say so in its \`package.json\`, and leave its code as
it is:

\`\`\`json
{ "stephooks": { "compat": "strict" } }
\`\`\`

\`app.set("compat", "strict")\` does the same where an app is not built from a folder, as in a test. The last column tells
what is then as with codehooks, and why the rest is not. What would let somebody else in, or lose data, stays ours.
`;

const strictly: Readonly<Record<StrictBehaviour, string>> = {
  restored: "**as codehooks**",
  safety: "no: others could make use of it",
  data: "no: data could be lost",
  more: "no: nothing is missing",
  host: "no: not possible here",
  unknown: "no: not known of the hosted platform",
  defect: "no: nothing can be built on it",
};

/** The page of the documentation, as Markdown: a table for each topic, in the order they first come. */
export function differencesPage(differences: readonly Difference[]): string {
  const topics = [...new Set(differences.map(({ topic }) => topic))];
  const sections = topics.map((topic) => {
    const rows = differences
      .filter((difference) => difference.topic === topic)
      .map(
        ({ codehooks, stephooks, strict, why }) =>
          `| ${[codehooks, stephooks, why].map(cell).join(" | ")} | ${strictly[strict]} |`,
      );
    return [`## ${topic}`, "", "| codehooks | stephooks | why | strict |", "| --- | --- | --- | --- |", ...rows].join(
      "\n",
    );
  });
  return `${[HEAD, ...sections].join("\n\n").replaceAll("\n\n\n", "\n\n")}\n`;
}

/** A bar would end the cell, and what looks like a tag would be one. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("_", "\\_").replaceAll("*", "\\*");
}
