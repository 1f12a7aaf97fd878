/**
 * Branches of a parallel step: fan-out, retries and waits of a branch, results in the parent, join.
 *
 * Head: n, k, kp, st, r (one character per branch: - open, o done, e failed), d (patched), pv. A branch has its own
 * record once it retried or waits. Seq 0 fans out (seq 1 is J), the join leads to `next`, or to `failed`.
 * Messages: w wake, b branch (token 0), v wake of a branch record, x command for a branch record.
 */
import { applyTo, outside } from "./branch-callers.mjs";
import { ambiguous, clone, ended, explore, go, once, put, report, start } from "./kernel.mjs";

const complete = (r) => r.includes("e") || !r.includes("-");
const joining = (head, p) => head.st === "J" && head.n === p.n;
const id = (p) => `${p.n}.${p.i}`;
const noRecord = { n: 0, k: 0, kp: -1, st: "R", a: 0, ans: 0, kc: "" };

/** What the newest commit of the head owes. */
function duties(it) {
  if (it.st === "R" || (it.st === "J" && complete(it.r))) return [{ q: "w", t: it.k }];
  if (it.st !== "J") return [];
  return [...it.r].flatMap((c, i) => (c === "-" ? [{ q: "b", n: it.n, i, t: 0 }] : []));
}

class Branches {
  constructor(o) {
    this.o = o;
  }

  init() {
    const { o } = this;
    const s = { ...start(2, o.b), it: { n: 0, k: 0, kp: -1, st: "R", r: "", d: 0, pv: 0 }, rc: {} };
    Object.assign(s, { cl: { pc: o.answer || o.update ? 0 : 9 }, pt: o.patch ? 0 : 9, ack: 0 });
    put(s, { q: "w", t: 0 });
    return s;
  }

  outside(s, add) {
    outside(this.o, s, add);
  }

  bad(n, s) {
    if (s.it.st === "C" && n.it.n !== s.it.n) return "COMMIT AFTER CANCEL";
    return n.ack && !n.it.d ? "PATCH LOST" : "";
  }

  good(s) {
    return ended(s.it) && s.ms.length === 0 && s.ws.every((w) => !w) && (s.cl.pc === 9 || s.cl.pc === 0);
  }

  stale(w, token, previous) {
    if (token !== previous || this.o.dropFirst) return "del";
    return w.r === 1 ? "keep" : "duty";
  }

  decideWake(w) {
    const { it, p } = w;
    if (p.t < it.k) return ended(it) ? "del" : this.stale(w, p.t, it.kp);
    if (it.st === "R") return "body";
    return it.st === "J" && complete(it.r) ? "join" : "del";
  }

  decideBranch(w, rc = noRecord) {
    const { it, p } = w;
    const { o } = this;
    if (!joining(it, p)) return o.recordOnly && p.q === "v" && rc.k === p.t && rc.st === "R" ? "branch" : "del";
    const mine = rc.kc === `${p.t}${p.c}`;
    const lost = p.q === "x" && rc.n >= p.t && !mine;
    if (lost && o.tell !== "any") return "del";
    if (it.r[p.i] !== "-") return complete(it.r) && o.tell !== "first" ? "tell" : "del";
    if (lost) return "del";
    if (p.q === "x" && rc.n === p.t - 1) return rc.st === "W" ? "apply" : "del";
    if (p.t === rc.k) return rc.st === "R" ? "branch" : "del";
    if (rc.kc.startsWith(String(rc.k)) && !mine) return "del";
    const next = this.stale(w, p.t, rc.kp);
    return next === "duty" ? "rduty" : next;
  }

  /** A commit of the head: fan-out, a plain step, the join. */
  commit(n, i, w, next, r) {
    const { it } = n;
    if (it.n !== w.it.n || it.st !== w.it.st) {
      w.it = { ...it };
      if (it.k === w.p.t) return go(n, i, ended(it) ? "del" : "keep");
      return this.toDuty(n, i, w, ended(it) ? "del" : this.stale(w, w.p.t, it.kp));
    }
    // The whole state is written (blob mode): when it was patched since the read, the commit is planned again.
    if (!this.o.noPatchFence && it.pv !== w.it.pv) return void (w.it = { ...it });
    if (it.st === "J" && !complete(it.r)) n.bad = "JOINED EARLY";
    n.it = { n: it.n + 1, k: it.n + 1, kp: it.k, st: next, r, d: w.it.d, pv: it.pv };
    w.it = n.it;
    this.toDuty(n, i, w, "duty");
  }

  toDuty(n, i, w, pc) {
    if (pc === "duty") w.todo = duties(w.it);
    go(n, i, pc === "duty" && w.todo.length === 0 ? "del" : pc);
    if (pc === "duty" && n.ws[i].todo) delete n.ws[i].it;
  }

  /** Retry (st R) and wait (st W) of a branch: the record has a fence of its own. */
  recordCommit(n, i, w, st) {
    const { p } = w;
    const now = n.rc[id(p)] ?? noRecord;
    const was = w.rc ?? noRecord;
    if (st === "W" && this.o.wait === "txn" && !(joining(n.it, p) && n.it.pv === w.it.pv)) return go(n, i, "read");
    if (now.n === was.n && now.st === "R") {
      const a = was.a + (st === "R" ? 1 : 0);
      w.rc = n.rc[id(p)] = { ...was, n: was.n + 1, k: was.n + 1, kp: was.k, st, a, pv: w.it.pv };
      return go(n, i, st === "R" || this.o.wait === "look" ? "rduty" : "del");
    }
    w.rc = now;
    const next = now.k === p.t ? "keep" : this.stale(w, p.t, now.kp);
    go(n, i, next === "duty" ? "rduty" : next);
  }

  /**
   * R: its wake. W: a patch of the parent that came between the read and the wait resumes it, by a command as any
   * caller's: the message in hand may be a copy of one that was deleted, and then insures nothing.
   */
  recordDuty(n, i, w) {
    const { p, rc } = w;
    if (rc.st === "R") put(n, { q: "v", n: p.n, i: p.i, t: rc.k });
    else if (this.o.wait === "look" && joining(n.it, p) && n.it.pv !== rc.pv && n.rc[id(p)].n === rc.n) {
      if (!this.o.writeFirst) return void (w.pc = "command");
      const token = this.o.newToken ? { k: rc.n + 1, kp: rc.k } : {};
      w.rc = n.rc[id(p)] = { ...rc, n: rc.n + 1, st: "R", ...token };
      return; // Its wake is the next outside call.
    }
    go(n, i, "del");
  }

  ownCommand({ m, p, r, rc }) {
    return { q: "x", n: p.n, i: p.i, t: rc.n + 1, c: `w${m}${r}` };
  }

  /** What the body of a branch may answer. */
  outcomes(w) {
    const plan = this.o.plan[w.p.i] ?? "o";
    const { a, ans } = w.rc ?? noRecord;
    const answered = ans || (this.o.update && w.it.d);
    const out = plan.includes("w") && !answered ? ["wait"] : [];
    if (answered || plan.includes("o")) out.push("record o");
    if (plan.includes("t")) out.push(a < 1 ? "retry" : "record e");
    if (plan.includes("e")) out.push("record e");
    return out;
  }

  record(n, i, w, add, name) {
    const c = w.pc.at(-1);
    const { it } = n;
    const here = this.o.anySeq ? it.st === "J" : joining(it, w.p);
    const join = complete(it.r);
    if (!here || it.r[w.p.i] !== "-") return go(n, i, here && join && this.o.tell !== "first" ? "tell" : "del");
    if (it.n !== w.p.n) n.bad = "RESULT OF ANOTHER FAN-OUT";
    it.r = it.r.slice(0, w.p.i) + c + it.r.slice(w.p.i + 1);
    ambiguous(n, add, name, () => {});
    go(n, i, complete(it.r) && (this.o.tell === "everyone" || !join) ? "tell" : "del");
  }

  begin(n, i, w, add, name) {
    const { p } = w;
    if (!joining(w.it, p)) n.bad = "BRANCH BODY BEGAN AFTER THE PARENT WAS READ AS ENDED";
    const { a, ans, n: seq } = w.rc ?? noRecord;
    once(n, `branch ${id(p)} seq ${seq} attempt ${a} answer ${ans}${w.it.pv}`);
    for (const out of this.outcomes(w)) {
      const z = clone(n);
      z.ws[i].pc = out;
      add(z, `${name}, the body begins: ${out}`);
    }
    return false;
  }

  step(n, i, w, add, name) {
    const { o } = this;
    const { p } = w;
    switch (w.pc) {
      case "read":
        w.it = { ...n.it };
        if (p.q !== "w") return void (w.pc = "look");
        this.toDuty(n, i, w, this.decideWake(w));
        if (w.pc === "body") once(n, `step ${w.it.n}`);
        return;
      case "look":
        w.rc = n.rc[id(p)];
        go(n, i, this.decideBranch(w, w.rc));
        return n.ws[i]?.pc === "branch" ? this.begin(n, i, w, add, name) : undefined;
      case "body":
        return this.commit(n, i, w, w.it.n === 0 ? "J" : "D", w.it.n === 0 ? "-".repeat(o.plan.length) : "");
      case "join": {
        const st = w.it.r.includes("e") ? (o.failed ?? "F") : o.next;
        return this.commit(n, i, w, w.it.n > 1 && st === "J" ? "D" : st, st === "J" && w.it.n === 1 ? "-" : "");
      }
      case "duty":
        put(n, w.todo[0]);
        w.todo = w.todo.slice(1);
        return w.todo.length === 0 ? go(n, i, "del") : undefined;
      case "retry":
        return this.recordCommit(n, i, w, "R");
      case "wait":
        return this.recordCommit(n, i, w, "W");
      case "rduty":
        return this.recordDuty(n, i, w);
      case "command":
        put(n, this.ownCommand(w));
        return void (w.pc = "answer");
      case "answer":
        applyTo(n, this.ownCommand(w));
        return go(n, i, "del");
      case "apply":
        applyTo(n, p);
        return void (w.pc = "look");
      case "tell":
        put(n, { q: "w", t: p.n });
        return go(n, i, "del");
      default:
        return this.record(n, i, w, add, name);
    }
  }
}

const none = { crash: 0, vt: 0, dup: 0, amb: 0, cancel: 0, client: 0 };
const rec = { tell: "tipping", wait: "look", order: "patch-look", plan: ["o", "o"], next: "R" };
const run = (what, o, b = {}, max = 2e6) => ({
  what,
  check: () => explore(new Branches({ ...rec, ...o, b: { ...none, ...b } }), max),
});
const fail = { plan: ["oe", "oe"], failed: "R" };
const update = { plan: ["w"], update: 1 };

export const runs = {
  rec: run("2 branches, crash1 vt1", {}, { crash: 1, vt: 1 }),
  recA: run("2 branches, crash1 amb1 cancel1", {}, { crash: 1, amb: 1, cancel: 1 }),
  recC: run("2 branches, crash2", {}, { crash: 2 }),
  recD: run("2 branches, dup1 vt1 cancel1", {}, { dup: 1, vt: 1, cancel: 1 }),
  recT: run("a branch throws once or twice, crash2", { plan: ["ot"] }, { crash: 2 }),
  recTv: run("a branch throws, crash1 vt1 cancel1", { plan: ["ot"] }, { crash: 1, vt: 1, cancel: 1 }),
  recF: run("both may fail, next is a step, no fault", fail),
  recFc: run("both may fail, next is a step, crash1", fail, { crash: 1 }),
  recFv: run("both may fail, next is a step, vt1 dup1", fail, { vt: 1, dup: 1 }),
  recJ: run("second fan-out, crash1", { plan: ["oe", "o"], next: "J", failed: "J" }, { crash: 1 }),
  recJv: run("second fan-out, vt1 dup1", { next: "J" }, { vt: 1, dup: 1 }),
  recW: run(
    "a branch waits, the caller answers, crash1 client1",
    { plan: ["w", "o"], answer: 1 },
    { crash: 1, client: 1 },
  ),
  recWv: run("a branch waits or throws, vt1 cancel1", { plan: ["wt"], answer: 1 }, { vt: 1, cancel: 1 }),
  recZ: run("a body waits, its twin ends, crash1 vt1", { plan: ["ow"], answer: 1 }, { crash: 1, vt: 1 }),
  recP: run("updateState while it runs and joins, crash1", { patch: 1 }, { crash: 1 }),
  recU: run("updateState with continue meets a wait, crash1 dup1", update, { crash: 1, dup: 1 }),
  recUv: run("updateState with continue meets a wait, vt1 cancel1", update, { vt: 1, cancel: 1 }),
  recUx: run("updateState with continue meets a wait, crash1 vt1", update, { crash: 1, vt: 1 }, 8e6),
  recUt: run("the same, the wait is a transaction over both items, crash2", { ...update, wait: "txn" }, { crash: 2 }),

  everyone: run("AS DESIGNED: whoever sees the join complete sends its wake", { ...fail, tell: "everyone" }),
  everyoneJ: run("AS DESIGNED: the same, next is a fan-out", { ...fail, tell: "everyone", failed: "J" }),
  anyCommand: run("V: a command that lost tells the join", { ...update, tell: "any" }),
  blindWait: run("AS DESIGNED: a wait looks at its record only", { ...update, wait: "", order: "look-patch" }),
  blindWait2: run("V: the caller looks again, the wait does not", { ...update, wait: "" }),
  blindCaller: run("V: the wait looks again, the caller does not", { ...update, order: "look-patch" }),
  newToken: run(
    "V: the wait that looks again resumes with a new token, written first",
    { ...update, newToken: 1, writeFirst: 1 },
    { crash: 1 },
  ),
  writeFirst: run(
    "V: the wait that looks again resumes with its token, written first",
    { ...update, writeFirst: 1 },
    { crash: 1, vt: 1 },
  ),
  first: run("V: a redelivered branch does not tell the join", { tell: "first" }, { crash: 1 }),
  anySeq: run("V: a result is written if st=J, whatever n is", { next: "J", anySeq: 1 }, { vt: 1 }),
  blob: run("V: whole state written without pv", { patch: 1, noPatchFence: 1 }),
  ownRecord: run("V: the wake of a record does not read the head", { plan: ["ot"], recordOnly: 1 }, { cancel: 1 }),
  drop: run("V: a predecessor is dropped at first sight", { plan: ["ot"], dropFirst: 1 }, { crash: 1 }),
};

if (import.meta.main) report(runs);
