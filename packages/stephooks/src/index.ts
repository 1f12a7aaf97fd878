export type { App, CreateWorkflowOptions } from "./app.ts";
export { aggregation, Datastore, Datastore as datastore } from "./datastore/index.ts";
export type {
  AggregateField,
  AggregateGroup,
  AggregateSpec,
  Collection,
  Connection,
  DatastoreFactory,
  DataStream,
  Document,
  Documents,
  FindOptions,
  FindPlan,
  KeyOptions,
  KeyValues,
  ListOptions,
  Query,
  Queues,
  Selector,
  StoreOptions,
  UpdateOptions,
} from "./datastore/index.ts";
export {
  type CrudHook,
  crudlify,
  type CrudOptions,
  type CrudSchemas,
  type EventHooks,
  type SchemaCompiler,
} from "./crudlify/index.ts";
export { app, app as coho, app as default, realtime, schedule } from "./default-app.ts";
export type { CronFunction, CronOptions, CronResponse, Schedule, ScheduledJob } from "./crons/index.ts";
export { filestore, type FileInfo, type FileOptions, type Filestore, type StaticOptions } from "./files/index.ts";
export type { LambdaHandler } from "./host/lambda-handler.ts";
export { HttpError, type HttpErrorOptions } from "./http/index.ts";
export type { HttpRequest, HttpResponse, JwtClaims, Next, RouteHandler } from "./http/index.ts";
export { type ErrorCode, isStephooksError } from "./is-stephooks-error.ts";
export type { EnqueuedJob, EnqueuedJobs, JobBody, JobRequest, WorkerFunction, WorkerOptions } from "./jobs/index.ts";
export type {
  GapProgress,
  ProgressEvent,
  ReportProgress,
  StatusProgress,
  SubscribeOptions,
  TransitionProgress,
} from "./progress/index.ts";
export type { Listener, PublishedEvent, Realtime } from "./realtime/index.ts";
export type { GotoStep, StatePatch, Step, Steps, StepState, UntypedState, WaitStep } from "./step.ts";
export type { StepTiming, TimedOutStep } from "./step-timing.ts";
export {
  body,
  type DocumentedSchema,
  type FilteredOperation,
  header,
  openapi,
  type OpenApiConfig,
  type OpenApiOperation,
  type OpenApiParameter,
  type OpenApiRequestBody,
  type OpenApiResponse,
  type OpenApiSecurity,
  param,
  query,
  response,
} from "./openapi/index.ts";
export { Workflow, type WorkflowClass } from "./workflow-class.ts";
export type { InspectionOf, InstanceFilter, InstanceOf, ProgressOptions, StartOptions } from "./workflow.ts";
export type { ListenerMethod, WorkflowEventData, WorkflowEventName } from "./workflow-event-data.ts";
export type {
  EngineErrorCode,
  HistoryPage,
  HistoryQuery,
  InstanceDocument,
  InstanceInspection,
  ProgressTokenOptions,
  StepContext,
  WorkflowOptions,
} from "@stephooks/engine";
export type { CodedError } from "@stephooks/core";
