/** A function as Lambda knows it. */
export interface FunctionSettings {
  readonly name: string;
  /** Folder with its code. It is copied to an empty place, as Lambda unpacks it: nothing around it is reachable. */
  readonly code: string;
  /** `<module>.<export>`. */
  readonly handler: string;
  /** Its own variables. It gets these, Lambda's, and nothing of this process. */
  readonly variables: Readonly<Record<string, string>>;
  /** Seconds an invocation may take. */
  readonly timeout: number;
  /** Megabytes, for the variable that tells them: nothing is limited. */
  readonly memorySize: number;
}

const REGION = "us-east-1";

const ACCOUNT = "000000000000";

export function functionArn(name: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
}

/** Where one execution environment of a function runs. */
export interface EnvironmentPlace {
  /** Folder with the code. */
  readonly taskRoot: string;
  /** `host:port` of the Runtime API. */
  readonly runtimeApi: string;
  /** Tells the environments of a function apart. */
  readonly logStream: string;
}

/**
 * All variables of a function's process: those Lambda sets (AWS Lambda Developer Guide, "Defined runtime environment
 * variables"), and over them the function's own. The credentials are made up, as emulators take any.
 */
export function processVariables(
  { handler, memorySize, name, variables }: FunctionSettings,
  { logStream, runtimeApi, taskRoot }: EnvironmentPlace,
): Readonly<Record<string, string>> {
  return {
    AWS_DEFAULT_REGION: REGION,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "emulator",
    AWS_SECRET_ACCESS_KEY: "emulator",
    AWS_SESSION_TOKEN: "emulator",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    // Without both names Lambda's own runtime client (4.0.2) ends at once.
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    // Lambda's lists the SDK of its runtime there; our bundles bring their own.
    NODE_PATH: "",
    ...variables,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: taskRoot,
    _HANDLER: handler,
  };
}
