/**
 * Runs every checker: the rules (`rec*`) must hold, every variant must be refuted. One line each; exits 1 otherwise.
 * Files can be named: `node run-all.mjs branches pausecases`.
 */
const files = ["branches", "waitcommands", "startmarks", "pausecases", "retryfailed", "history", "earlycopies"];
const chosen = process.argv.length > 2 ? process.argv.slice(2) : files;
let wrong = 0;

for (const file of chosen) {
  const { runs } = await import(`./${file}.mjs`);
  for (const [name, { what, check }] of Object.entries(runs)) {
    const { result, states, ms } = check();
    const expected = name.startsWith("rec") ? result === "OK" : result !== "OK" && result !== "STATE LIMIT";
    if (!expected) wrong++;
    const verdict = expected ? "as expected" : "WRONG";
    process.stdout.write(`${verdict}  ${file}.${name}: ${result} [${states} states, ${ms} ms] ${what}\n`);
  }
}

process.stdout.write(wrong === 0 ? "all as expected\n" : `${wrong} runs are not as expected\n`);
process.exitCode = wrong === 0 ? 0 : 1;
