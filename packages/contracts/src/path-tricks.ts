/**
 * Ways to write the path `/name/x` that one reader takes for it and another may not; some lead elsewhere. `name` begins
 * with a letter of ASCII. What guards `/name/*` must guard whatever each of them reaches.
 */
export function pathTricks(name: string): readonly string[] {
  const upper = name.toUpperCase();
  const escape = (letter: string): string => `%${letter.charCodeAt(0).toString(16)}`;
  const first = escape(name.charAt(0)) + name.slice(1);
  const escaped = name.split("").map(escape).join("");
  return [
    ...[`//${name}/x`, `///${name}/x`, `/${name}//x`, `/dev//${name}/x`],
    ...[`/${upper}/x`, `/${name.charAt(0).toUpperCase()}${name.slice(1)}/X`],
    ...[`/${name}%2Fx`, `/${name}%2fx`, `/${name}%5Cx`, `/${name}\\x`, `/${name}%00/x`, `/${name}\0/x`],
    ...[`/${first}/x`, `/${escaped}/x`, `/%25${first.slice(1)}/x`, `/${name}%252Fx`, `/${name}%25%32%46x`],
    ...[`/${name};/x`, `/${name};a=b/x`, `/${name}%3B/x`, `/${name}%20/x`, `/${name}%09/x`, `/${name}./x`],
    ...[`/${name}/./x`, `/./${name}/x`, `/${name}/../${name}/x`, `/x/../${name}/x`, `/x/%2e%2e/${name}/x`],
    ...[`/x/.%2E/${name}/x`, `/x/..;/${name}/x`],
    ...[`/${name}`, `/${name}/`, `/${name}/x/`, `/${name}/x#y`, `/${name}/x?a=/../`],
    // Overlong forms, full-width and dotless letters.
    ...[`/%C0%AF${name}/x`, `/${name}%C0%AFx`, `/${name}%E0%80%AFx`],
    ...[name.replace(/.$/, "%EF%BD%8E"), name.replace("i", "\u0131"), upper.replace("I", "%C4%B0")].map(
      (odd) => `/${odd}/x`,
    ),
    ...[`/dev/${name}/x`, `/DEV/${name}/x`, `/dev/dev/${name}/x`, `/prod/dev/${name}/x`],
    ...[`http://app.example/${name}/x`, `${name}/x`, "*"],
    // Line ends, which the dot of a RegExp does not match.
    ...[`/${name}/x%0A`, `/${name}/x%E2%80%A8`],
  ];
}

/** Pieces of which such paths are made, for properties about any path; `name` is what is guarded. */
export function pathPieces(name: string): readonly string[] {
  const pieces = ["/", name, name.toUpperCase(), "x", "dev", ".", "..", ";", "\\"];
  return [...pieces, ...["%2F", "%2f", "%5C", "%00", `%${name.charCodeAt(0).toString(16)}`, "%25", "%C3%A9", "%"]];
}
