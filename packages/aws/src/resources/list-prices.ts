/**
 * AWS list prices in US dollars, us-east-1, on demand, without free tier. Read on 2026-11-23 from published copies of
 * the AWS Price List (DynamoDB of 2026-08-15, SQS of 2025-08-28, Lambda of 2026-09-19): check the live list before you
 * rely on them.
 */
export const listPrices = Object.freeze({
  readOn: "2026-11-23",
  region: "us-east-1",
  perMillion: Object.freeze({
    dynamodbWriteUnits: 0.625,
    dynamodbReadUnits: 0.125,
    sqsStandardRequests: 0.4,
    lambdaRequests: 0.2,
  }),
});
