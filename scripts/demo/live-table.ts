import { type InstanceView, tableLine } from "./instance-view.ts";

/** Shows how instances move on: redrawn in place on a terminal, one line per ended instance elsewhere. */
export function liveTable(out: NodeJS.WriteStream): { show(views: readonly InstanceView[]): void } {
  const printed = new Set<string>();
  let drawn = 0;
  return {
    show: (views) => {
      if (!out.isTTY) {
        for (const view of views) {
          if (view.status === "running" || printed.has(view.id)) continue;
          printed.add(view.id);
          out.write(`${tableLine(view)}\n`);
        }
        return;
      }
      if (drawn > 0) out.write(`\u001b[${drawn}A`);
      // A wrapped line would break the redrawing, so each is cut at the terminal's width.
      for (const view of views) out.write(`\u001b[2K${tableLine(view).slice(0, out.columns - 1)}\n`);
      drawn = views.length;
    },
  };
}
