export { createS3Client, s3BlobStore, type S3ClientOptions } from "./s3-blob-store.ts";
