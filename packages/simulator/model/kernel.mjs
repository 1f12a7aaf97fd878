/**
 * Explicit-state search: every interleaving of a small model, breadth first, so a counterexample is a shortest one.
 *
 * A state is a plain object. `ms` holds messages {id, c receives (capped), v visible, p payload}, `ws` holds workers
 * (null, or {m message id, r receive count, cur 1 while its receipt is the newest, pc, p, ...}), `b` holds the budget
 * of every fault, `f` turns 1 with the first fault, `ex` counts what only a fault may repeat. `clone` copies two levels:
 * deeper values (payloads, snapshots) are replaced, never changed.
 */
const copy = (v) => (v !== null && typeof v === "object" ? { ...v } : v);

export function clone(s) {
  const n = {};
  for (const k of Object.keys(s)) n[k] = Array.isArray(s[k]) ? s[k].map(copy) : copy(s[k]);
  return n;
}

export const put = (s, p) => s.ms.push({ id: s.nx++, c: 0, v: 1, p });

/** Kind, token and flags of a message, as traces show it: `w2` is the wake of token 2. */
export const label = (p) => Object.values(p).join("");

export const ended = (it) => "DFC".includes(it.st);

/** The parts every state has. */
export const start = (workers, budget) => ({ ex: {}, f: 0, ms: [], ws: Array(workers).fill(null), b: budget, nx: 0 });

/** The first time is free, a second one needs a fault as its cause. */
export function once(n, what, complaint = "BODY TWICE WITHOUT A FAULT") {
  if (n.f) return;
  if (n.ex[what]) n.bad = `${complaint} (${what})`;
  n.ex[what] = 1;
}

/** The worker goes on at `pc`; "keep" ends the delivery and leaves the message. */
export function go(n, i, pc) {
  if (pc === "keep") n.ws[i] = null;
  else if (pc !== "del") n.ws[i].pc = pc;
  else {
    const { m, r, cur, p } = n.ws[i];
    n.ws[i] = { m, r, cur, pc, p };
  }
}

/** A write that was applied and reported as failed: the same state, the worker left where `again` says. */
export function ambiguous(n, add, name, again) {
  if (!(n.b.amb > 0)) return;
  const z = clone(n);
  z.b.amb--;
  again(z);
  add(z, `${name} APPLIED BUT REPORTED FAILED`, 1);
}

function receive(s, k, add, cap) {
  const m = s.ms[k];
  const free = s.ws.indexOf(null);
  if (s.b.thr > 0 && m.c < cap) {
    const t = clone(s);
    t.b.thr--;
    t.ms[k].c++;
    add(t, `THROTTLED RECEIVE ${label(m.p)}`, 1);
  }
  if (free < 0) return;
  const n = clone(s);
  const c = Math.min(cap, m.c + 1);
  Object.assign(n.ms[k], { v: 0, c });
  for (const w of n.ws) if (w && w.m === m.id) w.cur = 0;
  n.ws[free] = { m: m.id, r: c, cur: 1, pc: "read", p: m.p, ...(m.dl ? { dl: 1 } : {}) };
  add(n, `receive ${label(m.p)}`);
  const second = s.ws.indexOf(null, free + 1);
  if (!(s.b.dup > 0) || m.c > 0 || second < 0) return;
  const d = clone(n);
  d.b.dup--;
  d.ws[second] = { ...d.ws[free] };
  add(d, `SAME MESSAGE TO TWO ${label(m.p)}`, 1);
}

/** Receive, redelivery, early expiry with a live holder, one message to two consumers, worker crash. */
function deliveries(s, add, cap) {
  s.ms.forEach((m, k) => {
    if (m.v) return receive(s, k, add, cap);
    const held = s.ws.some((w) => w && w.m === m.id && w.cur);
    if (held && !(s.b.vt > 0)) return;
    const n = clone(s);
    if (held) n.b.vt--;
    n.ms[k].v = 1;
    add(n, `${held ? "EARLY EXPIRY" : "visible again"} ${label(m.p)}`, held ? 1 : 0);
  });
  s.ws.forEach((w, i) => {
    if (!w || !(s.b.crash > 0)) return;
    const n = clone(s);
    n.b.crash--;
    n.ws[i] = null;
    add(n, `CRASH ${label(w.p)} before ${w.pc}`, 1);
  });
}

/** The end of a delivery. A stale receipt handle may or may not delete. */
function remove(s, i, add) {
  const w = s.ws[i];
  const n = clone(s);
  const k = n.ms.findIndex((m) => m.id === w.m);
  n.ws[i] = null;
  if (k >= 0) {
    if (!w.cur) add(clone(n), `delete ${label(w.p)} by an old receipt, kept`);
    n.ms.splice(k, 1);
  }
  add(n, `delete ${label(w.p)}`);
}

/** A model has init(), step(n, i, w, add) for a worker, outside(s, add) for everybody else, bad(n, s) and good(s). */
function successors(model, s, add0) {
  const add = (n, l, fault = 0) => {
    if (fault && !n.f) Object.assign(n, { f: 1, ex: {} });
    add0(n, l, fault);
  };
  model.outside(s, add);
  deliveries(s, add, model.cap ?? 2);
  s.ws.forEach((w, i) => {
    if (!w) return;
    if (w.pc === "del") return remove(s, i, add);
    const n = clone(s);
    const name = `${label(w.p)} ${w.pc}`;
    // A step that adds its own outcomes answers false.
    if (model.step(n, i, n.ws[i], add, name) !== false) add(n, name);
  });
}

/** Messages and workers have no identity: two states that differ in their order only are one. */
function key(s) {
  const body = s.ms.map((m) => `${label(m.p)}|${m.c}${m.v}${m.dl ?? ""}`);
  const order = s.ms.map((_, i) => i).toSorted((a, b) => (body[a] < body[b] ? -1 : body[a] > body[b] ? 1 : 0));
  const place = new Map(order.map((i, at) => [s.ms[i].id, at]));
  const ws = s.ws.map((w) => (w === null ? "" : worker(w, place))).toSorted();
  const { ms: _ms, ws: _ws, nx: _nx, ...rest } = s;
  return JSON.stringify([rest, order.map((i) => body[i]), ws]);
}

function worker(w, place) {
  const fields = Object.keys(w).toSorted();
  return JSON.stringify(fields.map((k) => [k, k === "m" ? (place.get(w.m) ?? -1) : w[k]]));
}

/**
 * OK when no reachable state is bad and every reachable state can still reach a good end without a further fault,
 * which also refutes a message that is put back for ever.
 */
export function explore(model, max = 2e6) {
  const began = Date.now();
  const first = model.init();
  const all = { ids: new Map([[key(first), 0]]), queue: [first], parent: [-1], via: [""], from: [], to: [], ok: [] };
  const done = (result, more) => ({ result, states: all.queue.length, ms: Date.now() - began, ...more });
  for (let h = 0; h < all.queue.length; h++) {
    const bad = expand(model, all, h);
    if (bad) return done(bad.why, { trace: trace(all, h, bad.last) });
    if (all.queue.length > max) return done("STATE LIMIT", {});
  }
  spread(all);
  const doomed = firstDoomed(all);
  if (doomed < 0) return done("OK", {});
  const end = [...all.ids.keys()][doomed];
  return done(model.stuck ?? "STUCK: no fault-free way to a good end", { trace: trace(all, doomed), end });
}

function expand(model, all, h) {
  const s = all.queue[h];
  all.queue[h] = null;
  all.ok[h] = model.good(s) ? 1 : 0;
  let bad;
  successors(model, s, (n, l, fault) => {
    const why = n.bad || model.bad?.(n, s);
    if (why) bad ??= { why, last: l };
    const id = key(n);
    let j = all.ids.get(id);
    if (j === undefined) {
      j = all.queue.length;
      all.ids.set(id, j);
      all.queue.push(n);
      all.parent.push(h);
      all.via.push(l);
    }
    if (fault) return;
    all.from.push(h);
    all.to.push(j);
  });
  return bad;
}

function trace({ parent, via }, i, last) {
  const steps = last ? [last] : [];
  for (let at = i; at > 0; at = parent[at]) steps.unshift(via[at]);
  return steps.join(" > ");
}

/** Everything that leads to a good end without a fault is good. */
function spread({ ok, from, to }) {
  const begin = new Int32Array(ok.length + 1);
  for (const t of to) begin[t + 1]++;
  for (let i = 0; i < ok.length; i++) begin[i + 1] += begin[i];
  const fill = begin.slice();
  const before = new Int32Array(to.length);
  for (let e = 0; e < to.length; e++) before[fill[to[e]]++] = from[e];
  const todo = ok.flatMap((g, i) => (g ? [i] : []));
  while (todo.length > 0) {
    const j = todo.pop();
    for (let e = begin[j]; e < begin[j + 1]; e++) {
      if (ok[before[e]]) continue;
      ok[before[e]] = 1;
      todo.push(before[e]);
    }
  }
}

/** Prefers a state that nothing leaves, so that the trace shows the whole loss. */
function firstDoomed({ ok, from, to }) {
  const first = ok.indexOf(0);
  if (first < 0) return -1;
  const leaves = new Uint8Array(ok.length);
  for (let e = 0; e < from.length; e++) if (from[e] !== to[e]) leaves[from[e]] = 1;
  const end = ok.findIndex((g, i) => !g && !leaves[i]);
  return end < 0 ? first : end;
}

/** Prints one JSON line per run: all of `runs`, or those named on the command line (`recA,brokenB`). */
export function report(runs) {
  const names = process.argv[2]?.split(",") ?? Object.keys(runs);
  for (const name of names) {
    const line = { run: name, what: runs[name].what, ...runs[name].check() };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}
