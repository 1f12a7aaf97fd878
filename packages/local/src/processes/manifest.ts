import { loadHandler } from "../load-handler.ts";
import { readSetting, runProcess } from "./parent-link.ts";

/* Imports the app once to learn what it registered: the process that starts the stack stays free of the app's code. */
await runProcess(async (parent) => {
  const { manifest } = await loadHandler(readSetting("STEPHOOKS_LOCAL_MANIFEST"));
  parent.ready({ manifest });
});
