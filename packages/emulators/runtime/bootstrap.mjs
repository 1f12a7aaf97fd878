/*
 * The first thing that runs in a function's process: a small stand-in for Lambda's runtime interface client. It loads
 * the handler that _HANDLER names from LAMBDA_TASK_ROOT, then asks the Runtime API for one invocation after the other.
 * Plain JavaScript without imports of other packages, so that what it costs to start is Node itself.
 */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

// An import of it would load fetch, too, which costs more than all the rest; Lambda's own client does not load it.
const { Agent, request } = process.getBuiltinModule("node:http");

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const PRELUDE = "application/vnd.awslambda.http-integration-response";
const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

globalThis.awslambda = {
  ...globalThis.awslambda,
  streamifyResponse: (handler) => Object.assign(handler, { [STREAMING]: "response" }),
  HttpResponseStream: {
    from: (stream, prelude) => {
      stream.setContentType(PRELUDE);
      stream.write(JSON.stringify(prelude));
      stream.write(new Uint8Array(8));
      return stream;
    },
  },
};

try {
  const handler = await load(process.env["_HANDLER"]);
  for (;;) {
    const { context, event } = await next();
    await (handler[STREAMING] === "response" ? answerStreaming : answerWhole)(handler, event, context);
  }
} catch (error) {
  await post("init/error", describe(error), { "Lambda-Runtime-Function-Error-Type": describe(error).errorType });
  process.exit(1);
}

/** As the client of Node 24 does it: an export is looked for in objects, never in a function's properties. */
async function load(name) {
  const [, module, exported] = /^([^.]*)\.(.*)$/.exec(basename(name)) ?? [];
  if (module === undefined) throw named("Runtime.MalformedHandlerName", "Bad handler");
  const root = join(process.env.LAMBDA_TASK_ROOT, name.slice(0, -basename(name).length), module);
  const file = ["", ".js", ".mjs", ".cjs"].map((extension) => root + extension).find((path) => existsSync(path));
  if (file === undefined) throw named("Runtime.ImportModuleError", `Error: Cannot find module '${module}'`);
  const loaded = await import(pathToFileURL(file));
  const handler = find(exported, loaded) ?? find(exported, loaded.default);
  if (typeof handler !== "function") throw named("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  return handler;
}

function find(path, module) {
  return path.split(".").reduce((found, key) => (found && typeof found === "object" ? found[key] : undefined), module);
}

async function next() {
  const { body, headers } = await call("GET", "invocation/next");
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  process.env["_X_AMZN_TRACE_ID"] = headers["lambda-runtime-trace-id"] ?? "";
  const context = {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  return { context, event: JSON.parse(body) };
}

async function answerWhole(handler, event, context) {
  const place = `invocation/${context.awsRequestId}`;
  try {
    const result = await handler(event, context);
    await post(`${place}/response`, result === undefined ? null : result);
  } catch (error) {
    await post(`${place}/error`, describe(error));
  }
}

async function answerStreaming(handler, event, context) {
  const { promise: answered, resolve, reject } = Promise.withResolvers();
  const path = `/2018-06-01/runtime/invocation/${context.awsRequestId}/response`;
  const headers = {
    "Lambda-Runtime-Function-Response-Mode": "streaming",
    Trailer: ["Lambda-Runtime-Function-Error-Type", "Lambda-Runtime-Function-Error-Body"],
    "Content-Type": "application/octet-stream",
    "Transfer-Encoding": "chunked",
  };
  const sent = request({ agent, hostname, port, path, method: "POST", headers }, (answer) => {
    answer.resume().on("end", resolve).on("error", reject);
  }).on("error", reject);
  sent.setContentType = (type) => sent.setHeader("Content-Type", type);
  try {
    await handler(event, sent, context);
  } catch (error) {
    const told = describe(error);
    const body = Buffer.from(JSON.stringify(told)).toString("base64");
    sent.addTrailers([
      ["Lambda-Runtime-Function-Error-Type", told.errorType],
      ["Lambda-Runtime-Function-Error-Body", body],
    ]);
    sent.end();
  }
  await answered;
}

function post(place, value, headers = {}) {
  return call("POST", place, JSON.stringify(value), { "Content-Type": "application/json", ...headers });
}

function call(method, place, content = "", headers = {}) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const path = `/2018-06-01/runtime/${place}`;
  const length = method === "POST" ? { "Content-Length": Buffer.byteLength(content) } : {};
  request({ agent, hostname, port, path, method, headers: { ...headers, ...length } }, (answer) => {
    let body = "";
    answer.setEncoding("utf8").on("data", (text) => (body += text));
    answer.on("end", () => resolve({ body, headers: answer.headers })).on("error", reject);
  })
    .on("error", reject)
    .end(content);
  return promise;
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split("\n") ?? [] };
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}
