/** Options of Node that make it load a module before the program; each takes a value. */
const preloading: ReadonlySet<string> = new Set(["--import", "--require", "-r", "--loader", "--experimental-loader"]);

/**
 * `NODE_OPTIONS` without the modules it preloads. Those are meant for the app: a preload that pins `Math.random` or
 * replaces `fetch` must not reach the emulators.
 */
export function withoutPreloads(options: string): string {
  // Node splits at spaces; a value with spaces is in double quotes (Node documentation, "NODE_OPTIONS").
  const words = options.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? [];
  const kept: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (preloading.has(word)) index += 1;
    else if (!preloading.has(word.split("=", 1)[0] ?? "")) kept.push(word);
  }
  return kept.join(" ");
}
