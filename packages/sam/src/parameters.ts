import type { AppManifest } from "@stephooks/core";
import type { SamTemplate } from "./sam-template.ts";

/** Days CloudWatch Logs accepts, up to two years. */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731];

/** What whoever deploys may choose without rendering again. An app with channels has the address that streams. */
export function parametersFor({ streams = false }: AppManifest): SamTemplate["Parameters"] {
  const { StreamUrl: streamUrl } = parameters;
  return { ...parameters, StreamUrl: { ...streamUrl, Default: streams ? "yes" : "no" } };
}

const parameters: SamTemplate["Parameters"] = {
  ApiKeySha256: {
    Type: "String",
    NoEcho: true,
    Default: "",
    AllowedPattern: "^([0-9a-f]{64})?$",
    ConstraintDescription: "Empty, or the SHA-256 of the API key as 64 lower-case hexadecimal digits.",
    Description: "SHA-256 of the API key that may call every route. Empty: only routes the app opens answer.",
  },
  JwksUrl: {
    Type: "String",
    Default: "",
    AllowedPattern: "^(https://.+)?$",
    ConstraintDescription: "Empty, or an https URL.",
    Description: "Where the public keys of your token issuer are. Empty: bearer tokens let nobody in.",
  },
  JwtIssuer: {
    Type: "String",
    Default: "",
    Description: "What iss of a bearer token must be. Empty for anything.",
  },
  JwtAudience: {
    Type: "String",
    Default: "",
    Description: "What aud of a bearer token must be or contain. Empty for anything.",
  },
  StreamUrl: {
    Type: "String",
    Default: "no",
    AllowedValues: ["no", "yes"],
    Description: "Whether the app also answers at a Function URL, which sends answers as they are written.",
  },
  Space: {
    Type: "String",
    Default: "dev",
    AllowedPattern: "^[A-Za-z0-9_-]*$",
    MaxLength: 64,
    Description: "First path segment that is cut before routing. Empty for none.",
  },
  LogLevel: {
    Type: "String",
    Default: "info",
    AllowedValues: ["debug", "info", "warn", "error"],
    Description: "Lowest level that is logged.",
  },
  LogRetentionDays: {
    Type: "Number",
    Default: 30,
    AllowedValues: retentions,
    Description: "Days the functions' logs are kept.",
  },
  Alarms: {
    Type: "String",
    Default: "yes",
    AllowedValues: ["no", "yes"],
    Description: "Whether there are alarms for dead letters, work that waits too long, and throttling.",
  },
  AlarmTopicArn: {
    Type: "String",
    Default: "",
    AllowedPattern: "^(arn:aws[a-z-]*:sns:.+)?$",
    ConstraintDescription: "Empty, or the ARN of an SNS topic.",
    Description: "SNS topic that is told of alarms. Empty: they show in the console only.",
  },
};
