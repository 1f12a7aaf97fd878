/** What one request of {@link rawRequest} asks for, such as `DynamoDB_20120810.Scan`. */
export type RawTarget = `${"DynamoDB_20120810" | "AmazonSQS"}.${string}`;

/**
 * One request in the JSON protocol that both services speak, by plain HTTP: for checks that must share no code with
 * the SDK. Emulators want the shape of a signature and do not check it, so this works with emulators only. `Answer` is
 * the form the service documents; it is not checked.
 *
 * @throws Error with status and body when the answer is not a success.
 */
export async function rawRequest<Answer extends object>(
  endpoint: string,
  target: RawTarget,
  input: object,
): Promise<Answer> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": target,
      "x-amz-date": "20260101T000000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=raw/20260101/us-east-1/service/aws4_request, SignedHeaders=host, Signature=none",
    },
    body: JSON.stringify(input),
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`${target} answered ${response.status}: ${body}`);
  const answer: Answer = JSON.parse(body === "" ? "{}" : body);
  return answer;
}
