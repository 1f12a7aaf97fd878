/** One request in the JSON protocol both services speak; the answer's body. */
export async function awsJson(
  endpoint: string,
  target: `${"DynamoDB_20120810" | "AmazonSQS"}.${string}`,
  input: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": target,
      "x-amz-date": "20260101T000000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/x/aws4_request, SignedHeaders=host, Signature=0",
      connection: "close",
    },
    body: JSON.stringify(input),
  });
  return (await response.json()) as Record<string, unknown>;
}
