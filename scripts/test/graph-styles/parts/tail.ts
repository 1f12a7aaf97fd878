import type { Goto } from "./goto.ts";

export default { last: async (_state: object, goto: Goto) => goto(null) };

export const finish = (goto: Goto): Promise<void> => goto("last");
