/** Names a branch's own record: a head beside the instance's, made when a branch retries or waits. */
export interface BranchRef {
  readonly instance: string;
  /** The fan-out it belongs to. */
  readonly seq: number;
  readonly branch: number;
}

/** `instance/seq/branch`; a slash is in no instance id. */
export function branchId({ instance, seq, branch }: BranchRef): string {
  return `${instance}/${seq}/${branch}`;
}

/** The branch a record id names; undefined for the id of an instance. */
export function parseBranchId(id: string): BranchRef | undefined {
  const parts = /^([^/]+)\/(\d{1,15})\/(\d{1,3})$/.exec(id);
  return parts?.[1] === undefined ? undefined : { instance: parts[1], seq: Number(parts[2]), branch: Number(parts[3]) };
}
