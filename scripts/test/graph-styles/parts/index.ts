export * from "./names.ts";
export { default as tail, finish as finishLast } from "./tail.ts";
