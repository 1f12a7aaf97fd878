/** Keys of the instance document that belong to the engine: given back by a step, they are ignored. */
const protectedNames: ReadonlySet<string> = new Set([
  "_id",
  "nextStep",
  "createdAt",
  "updatedAt",
  "instanceId",
  "workflowName",
  "stepCount",
  "parallelSteps",
  "previousStep",
]);

export function isProtectedName(key: string): boolean {
  return protectedNames.has(key);
}
