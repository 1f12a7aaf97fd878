import { jobQueueDefinition, stepQueueDefinition, type Timings } from "@stephooks/aws/resources";
import { getAtt, ref } from "./intrinsic.ts";
import type { TemplateResource, TemplateResources } from "./sam-template.ts";

type QueueId = "StepQueue" | "StepDeadLetterQueue" | "JobQueue" | "JobDeadLetterQueue";

/**
 * The step queue and its dead-letter queue. The worker drains both, so both keep a message hidden longer than the
 * worker may run. The dead-letter queue has none of its own: what cannot be drained stays in it for the retention.
 */
export function queueResources(timings: Timings): TemplateResources {
  const common = {
    VisibilityTimeout: timings.visibilityTimeout,
    MessageRetentionPeriod: stepQueueDefinition.retention,
    SqsManagedSseEnabled: true,
  };
  const redrive = {
    deadLetterTargetArn: getAtt("StepDeadLetterQueue", "Arn"),
    maxReceiveCount: stepQueueDefinition.maxReceiveCount,
  };
  return {
    StepQueue: { Type: "AWS::SQS::Queue", Properties: { ...common, RedrivePolicy: redrive } },
    StepQueuePolicy: onlyEncrypted("StepQueue"),
    StepDeadLetterQueue: { Type: "AWS::SQS::Queue", Properties: common },
    StepDeadLetterQueuePolicy: onlyEncrypted("StepDeadLetterQueue"),
  };
}

/**
 * The queue of the app's workers and its dead-letter queue, which must be FIFO, too. Without a name CloudFormation
 * makes one up that ends in `.fifo`, as SQS wants it. Nobody drains the dead-letter queue: a job in it says why it was
 * given up.
 */
export function jobQueueResources(timings: Timings): TemplateResources {
  const common = {
    FifoQueue: true,
    // High throughput. A repeat goes to the group of the first, so telling repeats by group is enough; otherwise all
    // groups share 300 calls a second.
    DeduplicationScope: "messageGroup",
    FifoThroughputLimit: "perMessageGroupId",
    VisibilityTimeout: timings.visibilityTimeout,
    MessageRetentionPeriod: jobQueueDefinition.retention,
    SqsManagedSseEnabled: true,
  };
  const redrive = {
    deadLetterTargetArn: getAtt("JobDeadLetterQueue", "Arn"),
    maxReceiveCount: jobQueueDefinition.maxReceiveCount,
  };
  return {
    JobQueue: { Type: "AWS::SQS::Queue", Properties: { ...common, RedrivePolicy: redrive } },
    JobQueuePolicy: onlyEncrypted("JobQueue"),
    JobDeadLetterQueue: { Type: "AWS::SQS::Queue", Properties: common },
    JobDeadLetterQueuePolicy: onlyEncrypted("JobDeadLetterQueue"),
  };
}

/** Refuses every call that does not come over TLS, whoever makes it. It grants nothing. */
function onlyEncrypted(queue: QueueId): TemplateResource {
  return {
    Type: "AWS::SQS::QueuePolicy",
    Properties: {
      Queues: [ref(queue)],
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "DenyWithoutTls",
            Effect: "Deny",
            Principal: "*",
            Action: "sqs:*",
            Resource: getAtt(queue, "Arn"),
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      },
    },
  };
}
