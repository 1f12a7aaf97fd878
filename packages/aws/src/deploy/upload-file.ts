import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { portErrorFrom } from "../sdk-failure.ts";

export interface UploadedFile {
  readonly bucket: string;
  readonly key: string;
  readonly body: Uint8Array;
  /** Account that must own the bucket: its name can be guessed, so somebody else may have made it first. */
  readonly owner: string;
}

/** Stores a file. Needs `s3:PutObject` on it. @throws PortError `missing-resource` when there is no such bucket. */
export async function uploadFile(client: S3Client, { body, bucket, key, owner }: UploadedFile): Promise<void> {
  try {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ExpectedBucketOwner: owner }));
  } catch (error) {
    throw portErrorFrom(error, "PutObject");
  }
}
