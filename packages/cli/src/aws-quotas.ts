/** What AWS takes at the most, unless it is asked for more: the pages "quotas" of Lambda and CloudFormation. */
export const awsQuotas = {
  /** A function's code and layers, unpacked, bytes. */
  code: 262_144_000,
  /** A template in a bucket, bytes. */
  template: 1_048_576,
  /** Resources of one stack. */
  resources: 500,
} as const;
