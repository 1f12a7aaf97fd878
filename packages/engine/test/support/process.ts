/** A process that, once dead, never gets an answer and never makes a call again. */
export class Process {
  dead = false;
  /** True when a rival has come as far as its commit. */
  contends = false;
  /** A rival waits here with its commit until the other one has made its own. */
  readonly mayCommit = Promise.withResolvers<void>();
  readonly #death = Promise.withResolvers<void>();
  readonly #reached = Promise.withResolvers<void>();
  #isRival = false;

  /** Makes this process a rival; settles when it is about to commit or has nothing to do. */
  get reachedCommit(): Promise<void> {
    this.#isRival = true;
    return this.#reached.promise;
  }

  reachCommit(): void {
    this.#reached.resolve();
  }

  async askToCommit(): Promise<void> {
    if (!this.#isRival) return;
    this.contends = true;
    this.reachCommit();
    await this.mayCommit.promise;
  }

  get died(): Promise<void> {
    return this.#death.promise;
  }

  die(): Promise<never> {
    this.dead = true;
    this.#death.resolve();
    return never();
  }

  /** A dead process does not see answers that arrive late. */
  async settle<Result>(answer: Promise<Result>): Promise<Result> {
    try {
      const result = await answer;
      return this.dead ? await never() : result;
    } catch (error) {
      if (this.dead) return never();
      throw error;
    }
  }
}

/** What a dead process waits for. */
export function never(): Promise<never> {
  return new Promise(() => {});
}
