/**
 * A17: process killers are told from throttled receives by start marks. Seq 0 R, seq 1 R, seq 2 D; the step of seq 1
 * kills its process in runs with `killer`. A message received `limit` times may move to the dead-letter queue (dl), whose
 * consumer sends a current wake again as a suspect (z).
 */
import { ambiguous, clone, ended, explore, go, put, report, start } from "./kernel.mjs";

const SUSPECT = 3;
/** Faults that can cost a start: throttled receives and repeated marks must not. */
const hurt = (b) => b.crash + b.vt + b.dup;

class StartMarks {
  constructor(o) {
    this.o = o;
    this.cap = o.limit;
    this.stuck = "STUCK: lost wakeup, message for ever, or the end was not reported";
  }

  init() {
    const { o } = this;
    const it = { n: 0, k: 0, kp: -1, st: "R", sm: 0 };
    const s = { ...start(2, o.b), it, rep: 0, base: hurt(o.b), deaths: 0 };
    put(s, { q: "w", t: 0 });
    return s;
  }

  bad(n, s) {
    const { o } = this;
    if (s.it.st === "C" && (n.it.n !== s.it.n || n.it.st !== "C")) return "CANCELLED ITEM CHANGED";
    if (o.killer && o.bounded && n.deaths > SUSPECT - 1 + o.marks) return `${n.deaths} PROCESSES KILLED`;
    if (n.it.st !== "F" || s.it.st === "F" || o.killer) return "";
    const faults = n.base - hurt(n.b);
    return faults < o.marks + (o.more ?? 0) ? `HEALTHY INSTANCE FAILED (${faults} faults, ${o.marks} marks)` : "";
  }

  good(s) {
    const end = s.it.st === "F" || (s.it.st === "D" && !this.o.killer);
    return (end || s.it.st === "C") && s.rep === 1 && s.ms.length === 0 && s.ws.every((w) => !w);
  }

  outside(s, add) {
    s.ms.forEach((m, k) => {
      if (!m.v || m.dl || m.c < this.o.limit) return;
      const n = clone(s);
      Object.assign(n.ms[k], { dl: 1, c: 0 });
      add(n, `to the DLQ: ${m.p.q}${m.p.t}`);
    });
    if (!(s.b.cancel > 0) || ended(s.it)) return;
    const n = clone(s);
    n.b.cancel--;
    n.it.st = "C";
    n.rep = 1;
    add(n, "CANCEL", 1);
  }

  decide(w) {
    const { it, p, dl } = w;
    const { o } = this;
    if (p.t !== it.k) return p.t !== it.kp ? "del" : dl || w.r > 1 ? "duty" : "keep";
    if (ended(it)) return o.noDuties ? "del" : "duty";
    const exhausted = it.sm > o.marks;
    if (dl) return exhausted || o.dlqFails ? "fail" : o.dlqDrops ? "del" : "resend";
    if (o.counts) return w.r > o.marks + SUSPECT ? "fail" : "body";
    return w.r >= SUSPECT || p.z ? "mark" : "body";
  }

  step(n, i, w, add, name) {
    const { o } = this;
    const { it } = n;
    const same = it.n === w.it?.n && it.k === w.p.t && it.st === "R";
    switch (w.pc) {
      case "read":
        w.it = { ...it };
        return go(n, i, this.decide(w));
      case "mark":
        if (o.freeMark) it.sm++;
        else if (!same) return void (w.pc = "read");
        else if (o.cas) it.sm = Math.max(it.sm, w.it.sm + 1);
        else it.sm++;
        ambiguous(n, add, name, () => {}); // The client of the table repeats the write.
        return go(n, i, it.sm > o.marks ? "fail" : "body");
      case "body":
        if (o.killer && w.it.n === 1) {
          n.deaths = Math.min(9, n.deaths + 1);
          n.ws[i] = null;
          return;
        }
        if (!same) return void (w.pc = "read");
        n.it = { n: it.n + 1, k: it.n + 1, kp: it.k, st: it.n === 1 ? "D" : "R", sm: o.keepMarks ? it.sm : 0 };
        n.base = hurt(n.b);
        w.it = n.it;
        return go(n, i, "duty");
      case "fail":
        if (!same && !(o.failAny && it.k === w.p.t)) return void (w.pc = "read");
        it.st = "F";
        w.it = { ...it };
        return go(n, i, o.noDuties ? "del" : "duty");
      case "resend":
        put(n, o.forget ? w.p : { q: "w", t: w.p.t, z: "z" });
        return go(n, i, "del");
      default:
        if (ended(w.it)) n.rep = 1;
        else put(n, { q: "w", t: w.it.k });
        return go(n, i, "del");
    }
  }
}

const none = { crash: 0, vt: 0, dup: 0, amb: 0, cancel: 0, thr: 0 };
const rec = { marks: 1, limit: 5, cas: 1 };
const killer = { killer: 1, bounded: 1 };
const run = (what, o, b = {}) => ({
  what,
  check: () => explore(new StartMarks({ ...rec, ...o, b: { ...none, ...b } })),
});

export const runs = {
  recThr: run("healthy, thr8", {}, { thr: 8 }),
  rec: run("healthy, crash2 thr3: fails by `marks` deaths of one step at least", {}, { crash: 2, thr: 3 }),
  rec2: run("healthy, 2 marks, crash3 thr2", { marks: 2 }, { crash: 3, thr: 2 }),
  recV: run("healthy, crash1 vt1 thr3", {}, { crash: 1, vt: 1, thr: 3 }),
  recD: run("healthy, dup1 amb1 thr4", {}, { dup: 1, amb: 1, thr: 4 }),
  recC: run("healthy, crash1 cancel1 thr4", {}, { crash: 1, cancel: 1, thr: 4 }),
  recK: run("killer, no fault: at most 2 + marks deaths", killer),
  recKt: run("killer, thr6, 2 marks: at most 2 + marks deaths", { ...killer, marks: 2 }, { thr: 6 }),
  recKc: run("killer, crash1 thr3", { killer: 1 }, { crash: 1, thr: 3 }),
  recKv: run("killer, vt1 cancel1 thr2", { killer: 1 }, { vt: 1, cancel: 1, thr: 2 }),
  recDesigned: run(
    "AS DESIGNED: sm+1, by receive count only, crash2 thr3",
    { cas: 0, forget: 1 },
    { crash: 2, thr: 3 },
  ),
  recDesignedK: run("AS DESIGNED: killer, crash1 thr3", { killer: 1, cas: 0, forget: 1 }, { crash: 1, thr: 3 }),

  bound: run("AS DESIGNED: fails by more than `marks` deaths only", { more: 1 }, { crash: 2, thr: 3 }),
  add: run("AS DESIGNED: sm+1 counts a repeated write twice", { cas: 0 }, { amb: 2, thr: 4 }),
  forget: run("AS DESIGNED: the copy from the DLQ runs unmarked", { ...killer, forget: 1, marks: 2 }, { thr: 6 }),
  counts: run("V: receives counted instead of marks", { counts: 1 }, { thr: 5 }),
  keepMarks: run("V: a step commit leaves the marks", { keepMarks: 1 }, { crash: 1, thr: 5 }),
  freeMark: run("V: mark without a condition", { freeMark: 1, cas: 0, marks: 2 }, { crash: 1, vt: 1, thr: 6 }),
  dlqFails: run("V: the DLQ consumer fails whatever is current", { dlqFails: 1 }, { thr: 5 }),
  dlqDrops: run("V: the DLQ consumer drops a current wake", { dlqDrops: 1 }, { thr: 5 }),
  noDuties: run("V: F, then nothing", { killer: 1, noDuties: 1 }),
  failAny: run("V: F on n and k only", { killer: 1, failAny: 1 }, { cancel: 1 }),
};

if (import.meta.main) report(runs);
