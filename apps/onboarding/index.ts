import { app, HttpError, isStephooksError } from "stephooks";
import { as, type Caller } from "./caller.ts";
import { missing, versionOf, wrong } from "./checks.ts";
import { IdentityResult, NewRegistration, read, Review } from "./inputs.ts";
import { setting } from "./outside.ts";
import { isPartName, partNames, partSchemas } from "./parts.ts";
import { isSigned } from "./signature.ts";
import { editableSteps, registrationId, registrations } from "./workflow.ts";

app.post(
  "/registrations",
  as(["customer", "registrar"], async (caller, req, res) => {
    const { customer = caller.sub, email, id } = read(NewRegistration, req.body);
    if (customer !== caller.sub && !caller.roles.includes("registrar")) {
      throw new HttpError(403, "wrong-role", "Only a registrar registers somebody else.");
    }
    const started = await registrations.start({ id, customer, email }, { id: registrationId(id) });
    // A second click is the same registration; somebody else's id is not free.
    if (started.customer !== customer) throw new HttpError(409, "id-taken", "This id is taken: choose another one.");
    res.status(202).json({ id });
  }),
);

app.get(
  "/registrations/:id",
  as(["customer", "registrar", "compliance"], async (caller, req, res) => {
    const { state, status, step } = await registrationFor(caller, req.params["id"]);
    const { checks = {}, id, outcome } = state;
    res.json({
      id,
      status,
      step,
      ...(outcome === undefined ? {} : { outcome }),
      missing: missing(state),
      wrong: Object.fromEntries(wrong(state, checks).map((name) => [name, checks[name]?.findings])),
      parts: Object.fromEntries(partNames.flatMap((name) => (state[name] ? [[name, state[name].value]] : []))),
      version: versionOf(state),
    });
  }),
);

app.put(
  "/registrations/:id/parts/:part",
  as(["customer", "registrar"], async (caller, req, res) => {
    const { state, status, step } = await registrationFor(caller, req.params["id"]);
    const { part } = req.params;
    if (!isPartName(part)) throw new HttpError(404, "no-such-part", `The parts are ${partNames.join(", ")}.`);
    const value = read(partSchemas[part], req.body);
    if (!["running", "waiting"].includes(status) || !editableSteps.includes(step)) {
      throw new HttpError(409, "not-editable", "It is being reviewed, or is over: nothing can be changed now.");
    }
    await registrations.updateState(registrationId(state.id), { [part]: { value, by: caller.sub }, reminders: 0 });
    res.status(202).json({ id: state.id, part });
  }),
);

app.post(
  "/registrations/:id/review",
  as(["compliance"], async (caller, req, res) => {
    const { state, step } = await registrationFor(caller, req.params["id"]);
    const sent = read(Review, req.body);
    if (partNames.some((name) => state[name]?.by === caller.sub)) {
      throw new HttpError(403, "four-eyes", "You have entered a part of it: somebody else has to decide.");
    }
    if (!["review", "remindOfficers"].includes(step))
      throw new HttpError(409, "not-in-review", "There is nothing to decide now.");
    if (sent.version !== versionOf(state)) {
      throw new HttpError(409, "other-version", "It has changed since: look at it again.");
    }
    const at = new Date(Date.now()).toISOString();
    await registrations.updateState(registrationId(state.id), { review: { ...sent, by: caller.sub, at } });
    res.status(202).json({ id: state.id, decision: sent.decision });
  }),
);

app.delete(
  "/registrations/:id",
  as(["customer", "registrar"], async (caller, req, res) => {
    const { state } = await registrationFor(caller, req.params["id"]);
    await registrations.cancelWorkflow(registrationId(state.id));
    res.status(204).end();
  }),
);

/** A registration that does not concern the caller is, to this caller, not there. */
async function registrationFor({ roles, sub }: Caller, id: string | undefined) {
  const found = await registrations.inspect(registrationId(String(id))).catch((error: unknown) => {
    if (isStephooksError(error, "unknown-instance", "invalid-id")) return undefined;
    throw error;
  });
  const isOwn = roles.includes("customer") && found?.state.customer === sub;
  if (found === undefined || (!isOwn && !roles.includes("registrar") && !roles.includes("compliance"))) {
    throw new HttpError(404, "no-such-registration", "There is no such registration, or it is none of yours.");
  }
  return found;
}

// The identity provider needs no key: it signs.
app.auth("/callbacks/*", (_req, _res, next) => next());

app.post("/callbacks/identity", async (req, res) => {
  if (!isSigned(req.headers["x-signature"], req.rawBody, setting("IDENTITY_SECRET"), Date.now())) {
    throw new HttpError(401, "bad-signature", "Sign time and raw body with the shared secret.");
  }
  const { reference, registration, result } = read(IdentityResult, req.body);
  const { state, status } = await registrations.inspect(registrationId(registration));
  // Said twice, too late, or about what was changed since: nothing to do, and no reason to say it again.
  const isAwaited = state.identity?.reference === reference && state.identityResult === undefined;
  if (!isAwaited || !["running", "waiting"].includes(status)) {
    res.json({ taken: false });
    return;
  }
  await registrations.updateState(registrationId(registration), { identityResult: { reference, result } });
  res.json({ taken: true });
});

export default app.init();
