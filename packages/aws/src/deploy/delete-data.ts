import { DeleteTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { PortError } from "@stephooks/core";
import { failureName, portErrorFrom } from "../sdk-failure.ts";

/** Deletes a table with all it holds; fine when it is gone already. Needs `dynamodb:DeleteTable`. @throws PortError. */
export async function deleteTable(client: DynamoDBClient, name: string): Promise<void> {
  try {
    await client.send(new DeleteTableCommand({ TableName: name }));
  } catch (error) {
    if (failureName(error) === "ResourceNotFoundException") return;
    throw portErrorFrom(error, "DeleteTable");
  }
}

/**
 * Deletes a bucket with every version of every file; fine when it is gone already. Needs `s3:ListBucketVersions`,
 * `s3:DeleteObject`, `s3:DeleteObjectVersion` and `s3:DeleteBucket`.
 *
 * @throws PortError, `denied` also when a file may not be deleted.
 */
export async function deleteBucket(client: S3Client, name: string): Promise<void> {
  try {
    // What is listed is deleted, so the first page is always the next one.
    for (;;) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket: name }));
      const files = filesOf(page);
      if (files.length === 0) break;
      const { Errors } = await client.send(
        new DeleteObjectsCommand({ Bucket: name, Delete: { Objects: files, Quiet: true } }),
      );
      const [first] = Errors ?? [];
      if (first) {
        throw new PortError(
          "denied",
          `DeleteObjects failed: ${first.Code}: ${first.Message}. ${name} is not empty yet.`,
        );
      }
    }
    await client.send(new DeleteBucketCommand({ Bucket: name }));
  } catch (error) {
    if (failureName(error) === "NoSuchBucket") return;
    throw portErrorFrom(error, "DeleteBucket");
  }
}

function filesOf({ DeleteMarkers = [], Versions = [] }: ListObjectVersionsCommandOutput) {
  return [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
}
