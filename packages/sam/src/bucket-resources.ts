import { getAtt, ref, sub } from "./intrinsic.ts";
import type { TemplateResources } from "./sam-template.ts";

/**
 * Where an app keeps files: private, kept when the stack is deleted, reached over TLS only. Encryption at rest with
 * S3's own key is always on.
 */
export function bucketResources(): TemplateResources {
  return {
    FilesBucket: {
      Type: "AWS::S3::Bucket",
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
        // Parts of uploads that broke off are paid for until somebody removes them.
        LifecycleConfiguration: {
          Rules: [
            { Id: "BrokenUploads", Status: "Enabled", AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
          ],
        },
      },
    },
    FilesBucketPolicy: {
      Type: "AWS::S3::BucketPolicy",
      Properties: {
        Bucket: ref("FilesBucket"),
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "DenyWithoutTls",
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: [getAtt("FilesBucket", "Arn"), sub("${FilesBucket.Arn}/*")],
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        },
      },
    },
  };
}
