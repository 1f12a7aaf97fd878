import mime from "mime";

/** Types a browser reads as text, in the encoding it is told. */
const isText = (type: string): boolean =>
  type.startsWith("text/") || ["application/javascript", "application/json", "application/xml"].includes(type);

/** Media type of a file by its name, with the encoding of texts; undefined for an unknown ending. */
export function mediaTypeOf(path: string): string | undefined {
  const type = mime.getType(path) ?? undefined;
  return type !== undefined && isText(type) ? `${type}; charset=utf-8` : type;
}

/** Types in which a browser runs scripts: on our origin only what the app's own source says may do that. */
export function isActive(type: string): boolean {
  return /^(?:text\/(?:html|xml|javascript)|image\/svg\+xml|application\/(?:xhtml\+xml|xml|javascript|ecmascript|pdf|x-shockwave-flash))\b/.test(
    type,
  );
}
