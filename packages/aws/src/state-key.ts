/**
 * State keys as names inside the `d` map. Most are stored as they are; these are escaped with a tilde:
 * - the empty key, because DynamoDB has no empty attribute names;
 * - `__proto__`, because the SDK loses it when it builds plain objects from an answer;
 * - lone surrogates, because UTF-8 cannot carry them and two different keys would become one;
 * - the tilde itself.
 */
const ESCAPED = /^$|^__proto__$|~|\p{Surrogate}/gu;

/** The name under which a state key is stored. */
export function encodeStateKey(key: string): string {
  return key.replace(ESCAPED, (found) => {
    switch (found) {
      case "":
        return "~e";
      case "__proto__":
        return "~p";
      case "~":
        return "~~";
      default:
        return `~${found.charCodeAt(0).toString(16)}`;
    }
  });
}

/** The inverse of {@link encodeStateKey}. */
export function decodeStateKey(name: string): string {
  return name.replace(/~(~|e|p|d[89a-f][0-9a-f]{2})/g, (_, code: string) => {
    switch (code) {
      case "~":
        return "~";
      case "e":
        return "";
      case "p":
        return "__proto__";
      default:
        return String.fromCharCode(Number.parseInt(code, 16));
    }
  });
}
