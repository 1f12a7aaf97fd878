import { environmentNames } from "@stephooks/aws/resources";
import type { BlobInfo, BlobStore } from "@stephooks/core";

/** The files of the bucket that the environment names; undefined without one. S3's client is loaded at the first call. */
export function bucketBlobs(environment: Readonly<Record<string, string | undefined>>): BlobStore | undefined {
  const bucket = environment[environmentNames.bucket];
  if (!bucket) return undefined;
  let loading: Promise<BlobStore> | undefined;
  const store = (): Promise<BlobStore> => (loading ??= load(bucket));
  return {
    read: async (path, range) => (await store()).read(path, range),
    info: async (path) => (await store()).info(path),
    write: async (path, bytes, contentType) => (await store()).write(path, bytes, contentType),
    remove: async (path) => (await store()).remove(path),
    list: (prefix) => pages(store, prefix),
  };
}

async function load(bucket: string): Promise<BlobStore> {
  const { createS3Client, s3BlobStore } = await import("@stephooks/aws/blobs");
  return s3BlobStore(createS3Client(), bucket);
}

async function* pages(store: () => Promise<BlobStore>, prefix: string): AsyncGenerator<readonly BlobInfo[]> {
  yield* (await store()).list(prefix);
}
