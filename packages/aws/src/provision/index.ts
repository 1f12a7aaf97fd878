export { type ProvisionedStack, provisionStack, type StackOptions } from "./provision-stack.ts";
