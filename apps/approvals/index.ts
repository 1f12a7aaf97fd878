import { app, HttpError, isStephooksError } from "stephooks";
import { trailOf } from "./audit.ts";
import { as, type Caller } from "./caller.ts";
import { Answer, Delegation, Look, NewApproval, read } from "./inputs.ts";
import { decide, delegate, lookUp } from "./links.ts";
import { hashOf } from "./outcome.ts";
import { type Approval, approvalId, approvals, votesOf } from "./workflows.ts";

app.post(
  "/approvals",
  as(["requester"], async (caller, req, res) => {
    const sent = read(NewApproval, req.body);
    const hash = hashOf(sent.title, sent.text);
    const requester = caller.email;
    const started = await approvals.start({ ...sent, hash, requester }, { id: approvalId(sent.id) });
    // A second click is the same approval; the same id with something else in it is a mistake.
    if (started.hash !== hash || started.requester !== requester) {
      throw new HttpError(409, "id-taken", "Another approval has this id: choose a new one.");
    }
    res.status(202).json({ id: sent.id, hash });
  }),
);

app.get(
  "/approvals/:id",
  as(["requester", "approver", "auditor"], async (caller, req, res) => {
    const approval = await approvalFor(caller, req.params["id"]);
    const { approvers, hash, id, outcome, quorum, requester, text, title } = approval;
    const votes = votesOf(approval).map((vote, place) => vote ?? { approver: approvers[place]?.email });
    res.json({ id, title, text, hash, requester, quorum, outcome: outcome ?? "open", votes });
  }),
);

app.get(
  "/approvals/:id/audit",
  as(["auditor"], async (caller, req, res) => {
    const { id } = await approvalFor(caller, req.params["id"]);
    res.json(await trailOf(id));
  }),
);

app.delete(
  "/approvals/:id",
  as(["requester"], async (caller, req, res) => {
    const { id, outcome } = await approvalFor(caller, req.params["id"]);
    if (outcome !== "withdrawn") await approvals.updateState(approvalId(id), { withdrawn: true });
    res.status(204).end();
  }),
);

/** An approval that does not concern the caller is, to this caller, not there. */
async function approvalFor({ email, roles }: Caller, id: string | undefined): Promise<Approval> {
  const approval = await approvals.getState(approvalId(String(id))).catch((error: unknown) => {
    if (isStephooksError(error, "unknown-instance", "invalid-id")) return undefined;
    throw error;
  });
  const concerns =
    approval !== undefined &&
    (roles.includes("auditor") ||
      (roles.includes("requester") && approval.requester === email) ||
      (roles.includes("approver") && approval.approvers.some((approver) => approver.email === email)));
  if (!concerns) throw new HttpError(404, "no-such-approval", "There is no such approval, or it is none of yours.");
  return approval;
}

/*
 * What the page behind a link asks for. The token is the permission, and it is in the body: addresses end up in logs.
 * Nothing changes by GET: programs that look after mail open every link in it.
 */
app.auth("/decisions/*", (_req, _res, next) => next());

app.post("/decisions/look", async (req, res) => {
  const { approver, hash, requester, text, title } = await lookUp(read(Look, req.body).token);
  res.json({ approver, hash, requester, text, title });
});

app.post("/decisions/answer", async (req, res) => {
  const answer = read(Answer, req.body);
  await decide(answer);
  res.json({ decision: answer.decision });
});

app.post("/decisions/delegate", async (req, res) => {
  const delegation = read(Delegation, req.body);
  await delegate(delegation);
  res.json({ approver: delegation.to });
});

app.static({
  route: "/decide",
  directory: "/pages/decide",
  headers: {
    "content-security-policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  },
});

export default app.init();
