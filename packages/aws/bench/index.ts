export { bareData, type BareData } from "./bare-data.ts";
export { bareLoop } from "./bare-loop.ts";
