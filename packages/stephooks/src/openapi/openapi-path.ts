/** A path of the document. */
export interface OpenApiPath {
  /** With `{name}` for each parameter. */
  readonly template: string;
  /** The names, in order. */
  readonly names: readonly string[];
  /** Names of parameters that stand for slashes, too, and for nothing. */
  readonly wildcards: ReadonlySet<string>;
  /** Equal for all paths that differ by their parameters' names only: a document may hold one of them. */
  readonly shape: string;
}

/** `/users/:id/*` as OpenAPI writes it: `/users/{id}/{rest}`. OpenAPI has no wildcard, so each is a parameter. */
export function openApiPath(path: string): OpenApiPath {
  const names: string[] = [];
  const wildcards = new Set<string>();
  const parts = path.replace(/(?<=.)\/$/, "").split(/(:[A-Za-z_][A-Za-z0-9_]*|\*+)/);
  const given = new Set(parts.filter((part) => part.startsWith(":")).map((part) => part.slice(1)));
  const templated = parts.map((part) => {
    // Braces would be read as a parameter.
    if (!/^(?::|\*)/.test(part)) return part.replaceAll(/[{}]/g, encodeURIComponent);
    const name = unused(part.startsWith(":") ? part.slice(1) : "rest", part.startsWith(":") ? [] : [...given], names);
    names.push(name);
    if (part.startsWith("*")) wildcards.add(name);
    return `{${name}}`;
  });
  const text = templated.join("");
  const template = text.startsWith("/") ? text : `/${text}`;
  return { template, names, wildcards, shape: template.replaceAll(/\{\w+\}/g, "{}").toLowerCase() };
}

/** A name may stand once in a path. */
function unused(name: string, ...taken: readonly (readonly string[])[]): string {
  const all = taken.flat();
  let free = name;
  for (let count = 2; all.includes(free); count += 1) free = `${name}${count}`;
  return free;
}
