export {
  type CrashCall,
  type CrashedApp,
  crashTest,
  type CrashTestOptions,
  type CrashTestReport,
  type EndState,
} from "./crash-test.ts";
export { type Death, deaths } from "./crashing-processes.ts";
export type { TestMessage } from "./driver.ts";
export { openTokenIssuer, type OpenTokenIssuer } from "./open-token-issuer.ts";
export type { RequestOptions } from "./lambda-events.ts";
export type { SourceMessage } from "./source-message.ts";
export type { StepRun, StepStub } from "./step-log.ts";
export type { TestJob } from "./test-job.ts";
export { type TestApp, testApp, type TestAppOptions } from "./test-app.ts";
export { TestkitError, type TestkitErrorCode } from "./testkit-error.ts";
export type { TestResponse } from "./test-response.ts";
