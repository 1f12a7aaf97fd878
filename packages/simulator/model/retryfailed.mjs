/**
 * An operator retries a failed instance by an insured command: message first, then
 * `SET n+1, k=n+1, kp=k, st=R, kc REMOVE sm` if st=F and n=n0.
 *
 * Seq 0 fails: by its own commit (`by: "throw"`, seq 1 is F) or by the engine without a new token (`by: "marks"`: sm is
 * exhausted, seq 0 is F). What runs after the retry commits D. A zombie of the failed attempt lives in worker 0; a copy
 * of its message is in the dead-letter queue (dl). `kc` lists the last commands as "token:operator".
 */
import { ambiguous, clone, ended, explore, go, once, put, report, start } from "./kernel.mjs";

class Retry {
  constructor(o) {
    this.o = o;
  }

  init() {
    const { o } = this;
    const it = { n: 0, k: 0, kp: -1, st: "R", sm: o.by === "marks" ? 1 : 0, kc: [], old: 1 };
    const s = { ...start(o.zombie ? 3 : 2, o.b), it };
    for (let c = 0; c < o.operators; c++) s[`o${c}`] = { pc: "look" };
    put(s, { q: "w", t: 0 });
    if (o.dlq) s.ms[put(s, { q: "w", t: 0 }) - 1].dl = 1;
    // Two copies of a message that has not failed yet are a fault themselves.
    if (o.dlq && o.by === "throw") s.f = 1;
    if (o.zombie) s.ws[2] = { m: s.ms[0].id, r: 1, cur: 0, pc: "body", p: s.ms[0].p, it: { ...it }, zombie: 1 };
    return s;
  }

  operators(s) {
    return Array.from({ length: this.o.operators }, (_, c) => s[`o${c}`]);
  }

  bad(n, s) {
    if (s.it.st === "C" && n.it.n !== s.it.n) return "COMMIT AFTER CANCEL";
    const told = this.operators(n).some((c, i) => c.pc === "gone" && n.it.kc.some((e) => e.endsWith(`:${i}`)));
    return told ? "APPLIED AND REFUSED" : "";
  }

  good(s) {
    const idle = s.ms.length === 0 && s.ws.every((w) => !w);
    const told = this.operators(s).every(({ pc }) => ["ok", "gone", "late", "dead"].includes(pc));
    // A command that was sent, and every accepted retry, must have run the step again.
    return idle && told && "DC".includes(s.it.st);
  }

  apply(n, p) {
    const { it } = n;
    if (it.st !== "F" || it.n !== p.t - 1) return false;
    const kc = [...it.kc, `${p.t}:${p.c}`];
    const token = this.o.sameToken ? {} : { n: p.t, k: p.t, kp: it.k };
    n.it = { ...it, ...token, st: "R", sm: this.o.keepMarks ? it.sm : 0, kc, old: 0 };
    return true;
  }

  outside(s, add) {
    s.ms.forEach((m, k) => {
      if (!m.v || m.dl || m.c < 2) return;
      const n = clone(s);
      Object.assign(n.ms[k], { dl: 1, c: 0 });
      add(n, `to the DLQ: ${m.p.q}${m.p.t}`);
    });
    this.operators(s).forEach((c, i) => {
      if (["look", "send", "apply"].includes(c.pc)) this.operator(s, c, i, add);
    });
    if (!(s.b.cancel > 0) || ended(s.it)) return;
    const n = clone(s);
    n.b.cancel--;
    n.it.st = "C";
    add(n, "CANCEL", 1);
  }

  operator(s, c, i, add) {
    const n = clone(s);
    const me = `o${i}`;
    const p = { q: "x", t: c.n + 1, c: i };
    const first = this.o.writeFirst ? "apply" : "send";
    if (c.pc === "look") {
      if (!ended(s.it)) return;
      n[me] = s.it.st === "F" ? { pc: first, n: s.it.n } : { pc: "late" };
    } else if (c.pc === "send") {
      put(n, p);
      n[me] = { ...c, pc: this.o.writeFirst ? "ok" : "apply" };
    } else {
      const won = this.apply(n, p) || s.it.kc.includes(`${p.t}:${i}`);
      n[me] = won && this.o.writeFirst ? { ...c, pc: "send" } : { pc: won ? "ok" : "gone" };
      ambiguous(n, add, `operator ${i} apply`, (z) => {
        z[me] = c;
      });
    }
    add(n, `operator ${i} ${c.pc}`);
    if (!(s.b.client > 0) || c.pc === "look" || c.pc === first) return;
    const d = clone(s);
    d.b.client--;
    d[me] = { pc: "dead" };
    add(d, `OPERATOR ${i} CRASH before ${c.pc}`, 1);
  }

  stale({ it, p, r, dl }) {
    if (p.t !== it.kp || ended(it)) return "del";
    // A7.3, and the same in the DLQ: the command that issued the current token insures it.
    const issued = Number.parseInt(it.kc.at(-1), 10) === it.k;
    if (issued && !(this.o.dlqRepairs && dl)) return "del";
    return dl || r > 1 ? "duty" : "keep";
  }

  decide(w) {
    const { it, p, dl } = w;
    const { o } = this;
    if (p.q === "x") {
      if (o.endedFirst && ended(it)) return "del";
      if (it.st === "F" && it.n === p.t - 1) return "apply";
      if (!it.kc.includes(`${p.t}:${p.c}`)) return "del";
    }
    const token = o.sameToken && p.q === "x" ? it.k : p.t;
    if (token < it.k) return this.stale(w);
    if (ended(it)) return "del";
    if (it.sm > 0) return "fail";
    return dl ? "resend" : "body";
  }

  step(n, i, w, add, name) {
    const { it } = n;
    switch (w.pc) {
      case "read":
        w.it = { ...it };
        go(n, i, this.decide(w));
        return w.pc === "body" ? once(n, `seq ${w.it.n}`) : undefined;
      case "apply":
        this.apply(n, w.p);
        ambiguous(n, add, name, (z) => {
          z.ws[i].pc = "read";
        });
        return void (w.pc = "read");
      case "fail": {
        const same = it.n === w.it.n && it.st === "R";
        if (!same && !(this.o.failAny && it.st === "R")) return void (w.pc = "read");
        if (!same) n.bad = "RETRIED INSTANCE FAILED BY THE OLD ATTEMPT";
        it.st = "F";
        return go(n, i, "del");
      }
      case "body":
        return this.commit(n, i, w);
      case "resend":
        put(n, w.p);
        return go(n, i, "del");
      default:
        put(n, { q: "w", t: it.k });
        return go(n, i, "del");
    }
  }

  commit(n, i, w) {
    const { it } = n;
    if (it.n !== w.it.n || it.st !== "R") {
      w.it = { ...it };
      if (ended(it)) return go(n, i, "del");
      return go(n, i, it.k === w.p.t ? "keep" : this.stale(w));
    }
    if (w.zombie && !it.old) n.bad = "A ZOMBIE OF THE FAILED ATTEMPT COMMITTED";
    const st = w.it.old && this.o.by === "throw" ? "F" : "D";
    n.it = { ...it, n: it.n + 1, k: it.n + 1, kp: it.k, st };
    return go(n, i, "del");
  }
}

const none = { crash: 0, vt: 0, dup: 0, amb: 0, cancel: 0, client: 0 };
const rec = { by: "marks", operators: 1 };
const run = (what, o, b = {}) => ({ what, check: () => explore(new Retry({ ...rec, ...o, b: { ...none, ...b } })) });
const late = { zombie: 1, dlq: 1 };

export const runs = {
  rec: run("failed by the engine, a zombie, crash2 client1", { zombie: 1 }, { crash: 2, client: 1 }),
  recV: run("failed by the engine, a zombie and a dead letter, crash1 vt1", late, { crash: 1, vt: 1 }),
  recT: run(
    "failed by its own commit, a zombie and a dead letter, crash1 vt1",
    { ...late, by: "throw" },
    { crash: 1, vt: 1 },
  ),
  rec2: run("2 operators, a dead letter, crash1 client1", { operators: 2, dlq: 1 }, { crash: 1, client: 1 }),
  rec2a: run("2 operators, a zombie, amb2", { operators: 2, zombie: 1 }, { amb: 2 }),
  rec2t: run(
    "2 operators, failed by its own commit, dup1 cancel1",
    { operators: 2, by: "throw" },
    { dup: 1, cancel: 1 },
  ),
  recN: run("a dead letter, no fault", { dlq: 1 }),

  endedFirst: run("AS DESIGNED (A6): a command for an ended instance is dropped", { endedFirst: 1 }),
  dlqRepairs: run("AS DESIGNED (A13): a dead predecessor always repairs", { dlqRepairs: 1, dlq: 1 }),
  keepMarks: run("V: the marks stay", { keepMarks: 1 }),
  writeFirst: run("V: written, then sent", { writeFirst: 1 }, { client: 1 }),
  sameToken: run("V: st=R only, n and k stay", { sameToken: 1, zombie: 1 }),
  failAny: run("V: F is written if st=R, whatever n is", { failAny: 1, dlq: 1 }),
};

if (import.meta.main) report(runs);
