// Given to a process with --import: prints every module file the process loaded, at its end, to standard error.
import { registerHooks } from "node:module";

const loaded = [];
registerHooks({
  load: (url, context, next) => {
    loaded.push(url);
    return next(url, context);
  },
});
process.on("exit", () => process.stderr.write(`${loaded.join("\n")}\n`));
