import { HttpError } from "stephooks";
import { z } from "zod";
import { partNames } from "./parts.ts";

const Id = z.string().regex(/^[\w-]{1,40}$/, "1 to 40 letters, digits, _ or -");

export const NewRegistration = z.strictObject({
  /** The client's own id of it: sending it again is the same registration. */
  id: Id,
  email: z.email().max(200).toLowerCase(),
  /** Whom a registrar registers: subject of the customer's tokens. Customers register themselves. */
  customer: z.string().min(1).max(100).optional(),
});

export const Review = z
  .strictObject({
    decision: z.enum(["approve", "rework", "reject"]),
    /** Of what the officer has seen. */
    version: z.string().regex(/^[0-9a-f]{64}$/, "the version that was shown with the registration"),
    reason: z.string().trim().min(1).max(500).optional(),
    /** With `rework`: what has to be given again. */
    parts: z.array(z.enum(partNames)).min(1).optional(),
  })
  .refine(({ decision, reason }) => decision === "approve" || reason !== undefined, {
    path: ["reason"],
    message: "the customer has to know why",
  })
  .refine(({ decision, parts }) => (decision === "rework") === (parts !== undefined), {
    path: ["parts"],
    message: "given with rework, and only then",
  });

/** What the identity provider tells, signed. */
export const IdentityResult = z.object({
  registration: Id,
  reference: z.string().max(100),
  result: z.enum(["passed", "failed"]),
});

/** What was sent, as the schema has it. @throws HttpError 400 `invalid-input` that names every field that is wrong. */
export function read<Schema extends z.ZodType>(schema: Schema, sent: unknown): z.infer<Schema> {
  const { data, error } = schema.safeParse(sent);
  if (error === undefined) return data;
  const issues = error.issues.map(({ message, path }) => ({ path: path.join("."), message }));
  throw new HttpError(400, "invalid-input", "Correct the fields in `issues` and send it again.", {
    details: { issues },
  });
}
