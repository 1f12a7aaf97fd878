/** Why a case cannot pass yet, by its id. A case that passes all the same makes the test red: take it out of here. */
export const expectedFailures: ReadonlyMap<string, string> = new Map([
  ["contract-queue-workflow", "workers and jobs are not built yet"],
]);
