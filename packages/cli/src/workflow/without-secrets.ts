import type { InstanceHead } from "@stephooks/core";

/** A state, or a document, without the values of the keys that the workflow marks as secret. */
export function withoutSecrets<Shown extends object>(
  shown: Shown,
  { redact = [] }: Pick<InstanceHead, "redact">,
): Shown {
  const hidden = redact.filter((key) => Object.hasOwn(shown, key)).map((key) => [key, "…"]);
  return { ...shown, ...Object.fromEntries(hidden) };
}
