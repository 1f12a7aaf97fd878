import type { ReadRequest } from "./read-request.ts";

/** Which service sent an HTTP event. `http-api` and `function-url` share a payload, and so do both REST forms. */
export type HttpShape = "http-api" | "function-url" | "rest-api" | "load-balancer";

/** An answer with all of its body. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** What Lambda returns to the service in front. Each shape fills the fields that service reads. */
export interface LambdaHttpResult {
  readonly statusCode: number;
  readonly statusDescription?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly cookies?: readonly string[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** One HTTP request as a Lambda event brought it. */
export interface HttpEvent {
  readonly kind: "http";
  readonly shape: HttpShape;
  /** As the client sent it; not always one a Fetch `Request` can carry, see `unsupportedMethod`. */
  readonly method: string;
  /** Set to the method when Fetch refuses it (TRACE, CONNECT, TRACK, not a token): answer 405. */
  readonly unsupportedMethod: string | undefined;
  /**
   * Percent-encoded path as the client sent it: stage included where it stood in the URL, no dot segment resolved
   * (the request's own has them resolved, as every URL has). Decide by this one. Behind an HTTP API it is encoded again
   * from what the service had decoded, so `%2F` arrives as `/`.
   */
  readonly rawPath: string;
  /** The API's stage; undefined for `$default` and where there is none. */
  readonly stage: string | undefined;
  /** The client's address as the service saw it, never what the client claims. */
  readonly sourceIp: string | undefined;
  readonly requestId: string | undefined;
  /**
   * The request. It carries `OPTIONS` when the method is unsupported. `content-length` is the number of bytes that
   * arrived; a GET or HEAD has no body.
   *
   * @throws AwsError `bad-event` when the client's request cannot be one: answer 400. {@link respond} still works.
   */
  read(): ReadRequest;
  /** The result this event's service expects for an answer. */
  respond(answer: WholeAnswer): LambdaHttpResult;
}
