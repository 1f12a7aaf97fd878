/** Names inside the template. A resource that changes its name is a new resource: the table's never may. */
export type LogicalId =
  | "ApiKeySha256"
  | "Space"
  | "LogRetentionDays"
  | "Table"
  | "StepQueue"
  | "StepQueuePolicy"
  | "StepDeadLetterQueue"
  | "StepDeadLetterQueuePolicy"
  | "HttpFunction"
  | "HttpRole"
  | "HttpLogGroup"
  | "WorkerFunction"
  | "WorkerRole"
  | "WorkerLogGroup"
  | "StepQueueMapping"
  | "StepDeadLetterQueueMapping"
  | "HttpApi";
