/* What a function of an app that works needs at its start. */
export { createAwsClients } from "./aws-clients.ts";
export { dynamodbApiKeyStore } from "./dynamodb-api-key-store.ts";
export { workPorts } from "./work-ports.ts";
