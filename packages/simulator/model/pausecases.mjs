/**
 * A15 for every status: pause while an instance is runnable, waits, sleeps or joins, and resume by command.
 *
 * Seq 0 R leads to seq 1 with status `kind`, then to D (W: a command or the due time first makes it R, seq 2).
 * Messages: w wake, b the only branch of a join, x continue, r resume {j = which pause it ends}.
 * `pz` is the running pause (0 none), `sw` the token whose wake a pause took, `rs` the last resumes {j, w the token they
 * took over}. A resume that was applied is from then on a wake of that token.
 */
import { clone, ended, explore, go, once, put, report, start } from "./kernel.mjs";

class Pause {
  constructor(o) {
    this.o = o;
  }

  init() {
    const { o } = this;
    const it = { n: 0, k: 0, kp: -1, st: "R", pz: 0, sw: -2, rs: [], kc: "", res: 0 };
    const s = { ...start(2, o.b), it, due: 0, op: { j: 1, pc: "pause" }, cl: { pc: o.client ? "look" : "done" } };
    put(s, { q: "w", t: 0 });
    return s;
  }

  bad(n, s) {
    return s.it.st === "C" && n.it.n !== s.it.n ? "COMMIT AFTER CANCEL" : "";
  }

  good(s) {
    const idle = s.ms.length === 0 && s.ws.every((w) => !w);
    return ended(s.it) && idle && s.op.pc === "done" && ["done", "look"].includes(s.cl.pc);
  }

  outside(s, add) {
    if (s.op.pc !== "done") this.operator(s, add);
    if (s.cl.pc !== "done") this.client(s, add);
    if (s.due === 0 && (s.it.st === "T" || (s.it.st === "W" && this.o.timeout))) {
      const n = clone(s);
      n.due = 1;
      add(n, "due passes");
    }
    if (!(s.b.cancel > 0) || ended(s.it)) return;
    const n = clone(s);
    n.b.cancel--;
    n.it.st = "C";
    add(n, "CANCEL", 1);
  }

  /** Pauses, then resumes: command message first, then (unless `async`) the direct write. As often as `cycles` says. */
  operator(s, add) {
    const n = clone(s);
    const { j, pc } = s.op;
    if (pc === "pause") {
      if (!ended(s.it)) n.it.pz = j;
      n.op.pc = ended(s.it) ? "done" : "resume";
    } else if (pc === "resume" && !this.o.oneWrite) {
      put(n, { q: "r", t: j });
      n.op.pc = "write";
    } else {
      if (!this.o.async || this.o.oneWrite) this.resume(n, j, this.o.anyPause);
      n.op = j < this.o.cycles ? { j: j + 1, pc: "pause" } : { j, pc: "done" };
    }
    add(n, `operator ${pc} ${j}`);
    if (pc !== "write" || !(s.b.client > 0)) return;
    const d = clone(s);
    d.b.client--;
    d.op.pc = "done";
    add(d, "OPERATOR CRASH", 1);
  }

  resume(n, j, anyPause) {
    const { it } = n;
    if (anyPause ? !it.pz : it.pz !== j) return false;
    if (it.pz !== j) n.bad = "A PAUSE ENDED BY AN OLDER RESUME";
    const entry = { j, w: it.sw };
    it.rs = this.o.single ? [entry] : [...it.rs, entry];
    it.pz = 0;
    if (!this.o.keepSw) it.sw = -2;
    return true;
  }

  client(s, add) {
    const n = clone(s);
    const { pc } = s.cl;
    if (pc === "look") {
      if (s.it.st !== "W") return;
      n.cl.pc = "send";
    } else if (pc === "send") {
      put(n, { q: "x", t: 2 });
      n.cl.pc = "apply";
    } else {
      this.apply(n);
      n.cl.pc = "done";
    }
    add(n, `client ${pc}`);
  }

  apply(n) {
    const { it } = n;
    if (it.n === 1 && it.st === "W") Object.assign(it, { n: 2, k: 2, kp: 1, st: "R", kc: "2" });
  }

  /** The token a message insures; negative for none. */
  token({ it, p }) {
    if (p.q !== "r") return p.t;
    const entry = it.rs.find(({ j }) => j === p.t);
    return entry ? (this.o.keepSw ? it.sw : entry.w) : -2;
  }

  stale(w) {
    const { it, p } = w;
    if (p.q === "r" && this.o.currentOnly) return "del";
    if (this.token(w) !== it.kp || it.kc === String(it.k)) return "del";
    return w.r === 1 ? "keep" : "duty";
  }

  decide(w, n) {
    const { it, p } = w;
    const { o } = this;
    if (p.q === "r" && (o.anyPause ? it.pz : it.pz === p.t)) return ended(it) ? "del" : "resume";
    if (p.q === "b") return it.st === "J" ? (it.res ? "tell" : "record") : "del";
    if (ended(it)) return "del";
    if (p.q === "x" && it.n < 2) return "apply";
    if (p.q === "x" && it.kc !== "2") return "del";
    const token = this.token(w);
    if (p.q === "r" && o.drop) return "tell";
    if (token < it.k) return this.stale(w);
    if (it.st === "J" && !it.res) return "del";
    if (it.pz) return o.drop ? "del" : "mark";
    if (it.st === "R" || it.st === "J") return "body";
    return n.due ? (it.st === "T" ? "body" : "fire") : "keep";
  }

  step(n, i, w) {
    const { it } = n;
    switch (w.pc) {
      case "read":
        w.it = { ...it };
        go(n, i, this.decide(w, n));
        return w.pc === "body" ? once(n, `seq ${w.it.n}`) : undefined;
      case "apply":
        this.apply(n);
        return void (w.pc = "read");
      case "mark":
        // SET sw=:k if attribute_exists(pz) and k=:k
        if (!this.o.freeMark && !(it.pz && it.k === this.token(w))) return void (w.pc = "read");
        it.sw = this.token(w);
        return go(n, i, "del");
      case "resume":
        this.resume(n, w.p.t, this.o.anyPause);
        return void (w.pc = "read");
      case "record":
        if (it.st === "J") it.res = 1;
        return go(n, i, it.st === "J" ? "tell" : "del");
      case "tell":
        put(n, { q: "w", t: w.p.q === "b" ? 1 : w.it.k });
        return go(n, i, "del");
      case "fire":
        if (it.n !== w.it.n || it.st !== "W") return void (w.pc = "read");
        Object.assign(it, { n: 2, k: 2, kp: 1, st: "R" });
        w.it = { ...it };
        return go(n, i, "duty");
      case "body":
        return this.commit(n, i, w);
      default:
        put(n, { q: w.it.st === "J" && !w.it.res ? "b" : "w", t: w.it.k });
        return go(n, i, "del");
    }
  }

  commit(n, i, w) {
    const { it } = n;
    if (it.n !== w.it.n || it.st !== w.it.st) {
      w.it = { ...it };
      if (ended(it)) return go(n, i, "del");
      return go(n, i, it.k === this.token(w) ? "keep" : this.stale(w));
    }
    Object.assign(it, { n: it.n + 1, k: it.n + 1, kp: it.k, st: it.n === 0 ? this.o.kind : "D" });
    w.it = { ...it };
    const silent = it.st === "D" || (it.st === "W" && !this.o.timeout);
    return go(n, i, silent ? "del" : "duty");
  }
}

const none = { crash: 0, vt: 0, dup: 0, cancel: 0, client: 0 };
const rec = { kind: "R", cycles: 1 };
const run = (what, o, b = {}) => ({ what, check: () => explore(new Pause({ ...rec, ...o, b: { ...none, ...b } })) });
const W = { kind: "W", client: 1 };
const Wt = { kind: "W", client: 1, timeout: 1 };
const T = { kind: "T" };
const J = { kind: "J" };
const twice = { cycles: 2 };
const designed = { keepSw: 1, single: 1 };

export const runs = {
  recR: run("runnable, crash2 client1", {}, { crash: 2, client: 1 }),
  recRv: run("runnable, crash1 vt1", {}, { crash: 1, vt: 1 }),
  recR2: run("runnable, paused twice, crash1", twice, { crash: 1 }),
  recR2v: run("runnable, paused twice, vt1", twice, { vt: 1 }),
  recA: run("runnable, resumed by the message only, paused twice, crash1", { ...twice, async: 1 }, { crash: 1 }),
  recW: run("waits, a command comes, crash1 dup1", W, { crash: 1, dup: 1 }),
  recWv: run("waits, a command comes, vt1 cancel1", W, { vt: 1, cancel: 1 }),
  recW2: run("waits, a command comes, paused twice, no fault", { ...W, ...twice }),
  recWt: run("waits, a command and the timeout, dup1 cancel1", Wt, { dup: 1, cancel: 1 }),
  recT: run("sleeps, due while paused, crash1 vt1", T, { crash: 1, vt: 1 }),
  recT2: run("sleeps, paused twice, dup1", { ...T, ...twice }, { dup: 1 }),
  recJ: run("joins, complete while paused, crash1 vt1", J, { crash: 1, vt: 1 }),
  recJ2: run("joins, paused twice, dup1", { ...J, ...twice }, { dup: 1 }),

  late: run("AS DESIGNED: a resume ends whatever pause it finds", { ...designed, ...twice, anyPause: 1 }),
  keepSw: run("AS DESIGNED but for that: sw outlives its resume", { ...designed, ...twice }),
  currentOnly: run("AS DESIGNED: a resume sends only if sw = k", { currentOnly: 1 }, { crash: 1, vt: 1 }),
  single: run("V: sw goes, one resume is remembered", { ...twice, single: 1 }, { crash: 1 }),
  freeMark: run("V: mark without a condition", { ...W, freeMark: 1 }),
  drop: run("V: a wake seen while paused leaves no mark, a resume always sends", { ...T, drop: 1 }),
  oneWrite: run("V: resume is one write", { ...J, oneWrite: 1 }),
};

if (import.meta.main) report(runs);
