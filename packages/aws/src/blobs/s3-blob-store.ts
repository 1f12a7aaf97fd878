import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { assertBlobPath, type BlobInfo, type BlobStore, PortError } from "@stephooks/core";
import { environmentNames } from "../resources/index.ts";
import { failureName, portErrorFrom } from "../sdk-failure.ts";

export interface S3ClientOptions {
  /** Default: what the SDK finds. */
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Where the endpoint is looked up. Default: the process's own. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export function createS3Client({ credentials, environment = process.env, region }: S3ClientOptions = {}): S3Client {
  const endpoint = environment[environmentNames.s3Endpoint];
  return new S3Client({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
    // Otherwise bodies are sent in a form that emulators store as it is; S3 checks a body's length either way.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // A bucket's name in front of the emulator's address does not resolve.
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
  });
}

/** The blob store on one bucket. */
export function s3BlobStore(client: S3Client, bucket: string): BlobStore {
  const at = (path: string): { readonly Bucket: string; readonly Key: string } => {
    assertBlobPath(path);
    return { Bucket: bucket, Key: path };
  };
  return {
    read: async (path, range) => {
      const Range = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` };
      const answer = await found("GetObject", async () => client.send(new GetObjectCommand({ ...at(path), ...Range })));
      return answer && { info: infoOf(path, { ...answer, size: sizeOf(answer) }), body: bodyOf(answer) };
    },
    info: async (path) => {
      const answer = await found("HeadObject", async () => client.send(new HeadObjectCommand(at(path))));
      return answer && infoOf(path, { ...answer, size: answer.ContentLength });
    },
    write: async (path, bytes, contentType) => {
      const type = contentType === undefined ? {} : { ContentType: contentType };
      const answer = await mapped("PutObject", async () =>
        client.send(new PutObjectCommand({ ...at(path), ...type, Body: bytes, ContentLength: bytes.byteLength })),
      );
      return infoOf(path, { ...answer, size: bytes.byteLength, LastModified: new Date(), ...type });
    },
    remove: async (path) => void (await mapped("DeleteObject", () => client.send(new DeleteObjectCommand(at(path))))),
    list: (prefix) => pages(client, bucket, prefix),
  };
}

async function* pages(client: S3Client, bucket: string, prefix: string): AsyncGenerator<readonly BlobInfo[]> {
  let token: string | undefined;
  do {
    const answer = await mapped("ListObjectsV2", () =>
      client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      ),
    );
    const contents = answer.Contents ?? [];
    if (contents.length > 0) yield contents.map((entry) => infoOf(entry.Key ?? "", { ...entry, size: entry.Size }));
    token = answer.NextContinuationToken;
  } while (token !== undefined);
}

interface ObjectFacts {
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly ContentType?: string | undefined;
  readonly size: number | undefined;
}

function infoOf(path: string, { ContentType, ETag = "", LastModified, size = 0 }: ObjectFacts): BlobInfo {
  const info = { path, size, etag: ETag.replaceAll('"', ""), modifiedAt: LastModified?.getTime() ?? 0 };
  return ContentType === undefined ? info : { ...info, contentType: ContentType };
}

/** Of the whole object, also when a part was asked for. */
function sizeOf({ ContentLength, ContentRange }: GetObjectCommandOutput): number | undefined {
  const total = /\/(\d+)$/.exec(ContentRange ?? "")?.[1];
  return total === undefined ? ContentLength : Number(total);
}

async function* bodyOf({ Body }: GetObjectCommandOutput): AsyncGenerator<Uint8Array> {
  if (Body === undefined) return;
  const reader = Body.transformToWebStream().getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw portErrorFrom(error, "GetObject");
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Undefined when S3 says that there is no such object. */
async function found<Output>(operation: string, send: () => Promise<Output>): Promise<Output | undefined> {
  try {
    return await send();
  } catch (error) {
    if (["NoSuchKey", "NotFound"].includes(failureName(error))) return undefined;
    throw mappedError(error, operation);
  }
}

async function mapped<Output>(operation: string, send: () => Promise<Output>): Promise<Output> {
  try {
    return await send();
  } catch (error) {
    throw mappedError(error, operation);
  }
}

function mappedError(error: unknown, operation: string): PortError {
  return failureName(error) === "NoSuchBucket"
    ? new PortError(
        "missing-resource",
        `${operation} failed: there is no such bucket.`,
        { operation },
        { cause: error },
      )
    : portErrorFrom(error, operation);
}
