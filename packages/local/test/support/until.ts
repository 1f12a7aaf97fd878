/** Settles when the condition holds; fails with its name when it does not within half a minute. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`within 30 s it did not come to pass that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
