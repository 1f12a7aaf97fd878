export { describeDocumentStore } from "./suites/document-store-suite.ts";
export type { DocumentsUnderTest } from "./suites/documents-under-test.ts";
export { describeInstanceIndex } from "./suites/instance-index-suite.ts";
export type { IndexUnderTest } from "./suites/index-under-test.ts";
export { describeInstanceStore, type StoreSuiteOptions } from "./suites/instance-store-suite.ts";
export { sampleHead } from "./suites/sample-head.ts";
export type { StoreUnderTest } from "./suites/store-under-test.ts";
export type { QueueUnderTest } from "./suites/queue-under-test.ts";
export { describeWorkQueue } from "./suites/work-queue-suite.ts";
