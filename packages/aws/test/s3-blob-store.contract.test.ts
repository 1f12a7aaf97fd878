import { randomUUID } from "node:crypto";
import { CreateBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { describeBlobStore } from "@stephooks/contracts/suites";
import { type Emulator, startSqsEmulator } from "@stephooks/emulators";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createS3Client, s3BlobStore } from "../src/blobs/index.ts";

let emulator: Emulator;
let s3: S3Client;

beforeAll(async () => {
  emulator = await startSqsEmulator({ buckets: ["there"] });
  s3 = createS3Client({
    environment: { AWS_ENDPOINT_URL_S3: emulator.endpoint },
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});

afterAll(async () => {
  s3.destroy();
  await emulator.stop();
});

describeBlobStore("S3 on the emulator", async () => {
  const bucket = randomUUID();
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  return s3BlobStore(s3, bucket);
});

test("a list of more than S3's thousand a page is complete", async () => {
  const store = s3BlobStore(s3, "there");
  const names = Array.from({ length: 1_005 }, (_value, index) => `file-${String(index).padStart(4, "0")}`);
  await Promise.all(
    Array.from({ length: 20 }, async (_value, line) => {
      for (const name of names.filter((_name, index) => index % 20 === line)) await store.write(name, Uint8Array.of(1));
    }),
  );
  const listed: string[] = [];
  for await (const page of store.list("file-")) listed.push(...page.map(({ path }) => path));
  expect(listed.toSorted()).toEqual(names);
}, 120_000);

test("a bucket that is missing is a missing resource", async () => {
  const store = s3BlobStore(s3, "nowhere");
  await expect(store.read("file")).rejects.toMatchObject({ code: "missing-resource" });
  await expect(store.write("file", Uint8Array.of(1))).rejects.toMatchObject({ code: "missing-resource" });
});
