import { HttpError } from "stephooks";
import { z } from "zod";

const Email = z.email().max(200).toLowerCase();

const Approver = z.strictObject({
  email: Email,
  /** A refusal of this one ends the approval, whatever the others say. */
  veto: z.boolean().default(false),
});

export type Approver = z.infer<typeof Approver>;

export const NewApproval = z
  .strictObject({
    /** The requester's own id of it: sending it again is the same approval. */
    id: z.string().regex(/^[\w-]{1,40}$/, "1 to 40 letters, digits, _ or -"),
    title: z.string().trim().min(1).max(200),
    text: z.string().min(1).max(20_000),
    approvers: z.array(Approver).min(1).max(20),
    quorum: z.int().min(1),
    /** Hears of an approval that nobody decides. */
    escalateTo: Email,
  })
  .refine(({ approvers, quorum }) => quorum <= approvers.length, {
    path: ["quorum"],
    message: "more than there are approvers",
  })
  .refine(({ approvers }) => new Set(approvers.map(({ email }) => email)).size === approvers.length, {
    path: ["approvers"],
    message: "somebody is named twice",
  });

const Token = z.string().min(1).max(2_000);
const Hash = z.string().regex(/^[0-9a-f]{64}$/, "the hash that was shown with the document");

export const Look = z.strictObject({ token: Token });

export const Answer = z.strictObject({
  token: Token,
  decision: z.enum(["approved", "refused"]),
  /** Of the version that the approver has seen. */
  hash: Hash,
  comment: z.string().trim().max(1_000).optional(),
});

export const Delegation = z.strictObject({ token: Token, to: Email });

/** What was sent, as the schema has it. @throws HttpError 400 `invalid-input` that names every field that is wrong. */
export function read<Schema extends z.ZodType>(schema: Schema, sent: unknown): z.infer<Schema> {
  const { data, error } = schema.safeParse(sent);
  if (error === undefined) return data;
  const issues = error.issues.map(({ message, path }) => ({ path: path.join("."), message }));
  throw new HttpError(400, "invalid-input", "Correct the fields in `issues` and send it again.", {
    details: { issues },
  });
}
