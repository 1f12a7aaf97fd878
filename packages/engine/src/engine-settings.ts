/** What the engine must know of its host. Seconds. */
export interface EngineSettings {
  /** How long one invocation may live: a body begun longer ago than this is over. */
  readonly functionTimeout: number;
  /** How long a received message stays hidden; at least the function timeout. */
  readonly visibilityTimeout: number;
}
