export type { ProvisionedQueue } from "./provision-queue.ts";
export { provisionSourceQueue } from "./provision-source-queue.ts";
export { type ProvisionedStack, provisionStack, type StackOptions } from "./provision-stack.ts";
