export { type DynamodbEmulatorOptions, startDynamodbEmulator } from "./dynamodb-emulator.ts";
export { dynoxideBinary } from "./dynoxide-binary.ts";
export { EmulatorError, type EmulatorErrorCode } from "./emulator-error.ts";
export type { Emulator } from "./emulator.ts";
export { rawRequest, type RawTarget } from "./raw-request.ts";
export { type QueueView, type SqsEmulator, type SqsEmulatorOptions, startSqsEmulator } from "./sqs-emulator.ts";
export { type Emulators, type EmulatorsOptions, startEmulators } from "./start-emulators.ts";
