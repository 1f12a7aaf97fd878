export { environmentNames } from "./environment.ts";
export {
  bucketActions,
  fileActions,
  indexActions,
  jobBurialActions,
  queueConsumerActions,
  queueProducerActions,
  tableActions,
} from "./permissions.ts";
export { listPrices } from "./list-prices.ts";
export { jobQueueDefinition, type QueueDefinition, stepQueueDefinition } from "./queue-definition.ts";
export {
  type AttributeDefinition,
  type IndexDefinition,
  type LocalIndexDefinition,
  type TableDefinition,
  tableDefinition,
} from "./table-definition.ts";
export { MAX_FUNCTION_TIMEOUT, type Timings, timingsFor } from "./timings.ts";
