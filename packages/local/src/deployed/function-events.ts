import { isRecord } from "@stephooks/core";
import type { FunctionAnswer, LambdaFunction } from "@stephooks/emulators";
import type { LambdaHandler } from "stephooks";

/** What a function that answers at once returned for an event. @throws EmulatorError `invocation-failed`. */
export async function resultOf(lambda: Pick<LambdaFunction, "invoke">, event: unknown): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await lambda.invoke(event)).body) chunks.push(chunk);
  const result: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  return result;
}

/** The function behind a Function URL that streams, as the HTTP front calls a handler. */
export function streamingFunction(lambda: LambdaFunction): Pick<LambdaHandler, "streaming"> {
  return {
    streaming: async (event, stream) => {
      const answer: FunctionAnswer = await lambda.invoke(event);
      stream.setContentType(answer.contentType);
      for await (const chunk of answer.body) {
        if (stream.destroyed) return;
        stream.write(chunk);
      }
      stream.end();
    },
  };
}

/** The function behind an HTTP API, whose result is read as payload format 2.0 says. */
export function httpApiFunction(lambda: LambdaFunction): Pick<LambdaHandler, "streaming"> {
  return {
    streaming: async (event, stream) => {
      const result = await resultOf(lambda, event);
      if (!isRecord(result) || typeof result["statusCode"] !== "number") {
        throw new TypeError("the function's result has no statusCode");
      }
      const { body = "", cookies, headers = {}, isBase64Encoded, statusCode } = result;
      stream.write(JSON.stringify({ statusCode, headers, ...(cookies === undefined ? {} : { cookies }) }));
      stream.write(new Uint8Array(8));
      stream.write(Buffer.from(String(body), isBase64Encoded === true ? "base64" : "utf8"));
      stream.end();
    },
  };
}
