/**
 * R8, A6 and A7 together: a step that waits, updateState with continue from callers without a handle, the timeout of
 * the wait, cancel. Seq 0 is step `ask`: it waits unless the state holds an answer (d: bit c for caller c), then ends;
 * with `all` it waits again until everybody has answered.
 *
 * Messages: w wake, t the delayed wake of a wait's due time, x command {t = n+1 of the wait, c}. `kc` lists the last
 * `ring` commands that were applied, newest last, as "token:caller".
 */
import { ambiguous, clone, ended, explore, go, once, put, report, start } from "./kernel.mjs";

class WaitCommands {
  constructor(o) {
    this.o = o;
  }

  init() {
    const { o } = this;
    const it = { n: 0, k: 0, kp: -1, st: "R", s: "ask", d: 0, pv: 0, kc: [] };
    const s = { ...start(2, o.b), it, due: 0, won: {}, app: {} };
    for (let c = 0; c < o.callers; c++) s[`c${c}`] = o.handle ? { pc: "send", n: 1 } : { pc: "look" };
    put(s, { q: "w", t: 0 });
    return s;
  }

  callers(s) {
    return Array.from({ length: this.o.callers }, (_, c) => s[`c${c}`]);
  }

  bad(n, s) {
    if (s.it.st === "C" && n.it.n !== s.it.n) return "COMMIT AFTER CANCEL";
    // An acknowledged answer is in the state that the step, or a later one, has read before the end.
    const lost = this.callers(n).some((c, i) => c.pc === "ok" && !(n.it.d & (1 << i)));
    if (lost) return "ACKNOWLEDGED ANSWER LOST";
    if (this.callers(n).some((c, i) => c.pc === "gone" && n.app[i])) return "APPLIED AND REFUSED";
    return Object.values(n.app).some((times) => times > 1) ? "ANSWER APPLIED TWICE" : "";
  }

  good(s) {
    const callers = this.callers(s);
    const told = callers.every(({ pc }) => ["ok", "late", "gone", "early", "dead"].includes(pc));
    // A caller that died unanswered, after its command had lost, calls again: the wait for it may last.
    const missing = this.o.all && s.it.st === "W" && callers.some(({ pc }, i) => pc === "dead" && !s.app[i]);
    return (ended(s.it) || missing) && s.ms.length === 0 && s.ws.every((w) => !w) && told;
  }

  /** The write of a command, the same for its caller and for a worker. */
  apply(n, p) {
    const { it } = n;
    if (it.st !== "W" || it.n !== p.t - 1) return false;
    if (n.won[it.n]) n.bad = "ONE WAIT ANSWERED TWICE";
    n.won[it.n] = p.c;
    const kc = [...it.kc, `${p.t}:${this.o.noId ? "" : p.c}`].slice(-this.o.ring);
    n.it = { ...it, n: p.t, k: p.t, kp: it.k, st: "R", pv: it.pv + 1, kc };
    this.answer(n, p.c);
    return true;
  }

  answer(n, c) {
    n.it.d |= 1 << c;
    n.app[c] = (n.app[c] ?? 0) + 1;
  }

  outside(s, add) {
    if (s.b.cancel > 0 && !ended(s.it)) {
      const n = clone(s);
      n.b.cancel--;
      n.it.st = "C";
      add(n, "CANCEL", 1);
    }
    if (this.o.timeout && s.due === 0 && s.it.st === "W") {
      const n = clone(s);
      n.due = 1;
      add(n, "due passes");
    }
    this.callers(s).forEach((c, i) => {
      if (["look", "send", "apply", "patch"].includes(c.pc)) this.caller(s, c, i, add);
    });
  }

  /** updateState(id, answer, { continue: true }) without a handle. */
  caller(s, c, i, add) {
    const n = clone(s);
    const me = `c${i}`;
    const { it } = s;
    const p = { q: "x", t: c.n + 1, c: i };
    if (c.pc === "look") {
      n[me] = ended(it) ? { pc: "late" } : { pc: it.st === "W" ? "send" : "patch", n: it.n, st: it.st };
    } else if (c.pc === "send") {
      put(n, p);
      n[me] = { ...c, pc: "apply" };
    } else if (c.pc === "apply") {
      const mine = !this.o.blind && it.kc.includes(`${p.t}:${i}`);
      const early = it.n < p.t - 1 && !ended(it);
      n[me] = { pc: this.apply(n, p) || mine ? "ok" : early ? "early" : this.o.handle ? "gone" : "look" };
      ambiguous(n, add, `caller ${i} apply`, (z) => {
        z[me] = c;
      });
    } else if (it.st === c.st || (this.o.anyStatus && !ended(it))) {
      n.it.pv++;
      this.answer(n, i);
      n[me] = { pc: "ok" };
    } else n[me] = { pc: "look" };
    add(n, `caller ${i} ${c.pc}${c.pc === "look" ? ` sees ${it.st}${it.n}` : ""}`);
    // A caller that died before its message was sent has done nothing.
    if (c.pc !== "apply" || !(s.b.client > 0)) return;
    const d = clone(s);
    d.b.client--;
    d[me] = { pc: "dead" };
    add(d, `CALLER ${i} CRASH before apply`, 1);
  }

  stale(w) {
    const { it, p } = w;
    if (p.t !== it.kp) return "del";
    // A7.3: the command that issued the current token insures it, and nobody else.
    if (!this.o.predRepairs && Number.parseInt(it.kc.at(-1), 10) === it.k) return "del";
    if (w.r === 1) return "keep";
    return it.st === "R" || it.st === "W" ? "duty" : "del";
  }

  decide(w, s) {
    const { it, p } = w;
    const { o } = this;
    if (p.q === "x") {
      const mine = it.kc.includes(`${p.t}:${o.noId ? "" : p.c}`);
      if (ended(it)) return "del";
      if (it.n >= p.t && !mine) return "del";
      if (it.n < p.t - 1) return o.dropEarly ? "del" : "fresh";
      if (it.n < p.t) return it.st === "W" ? "apply" : "del";
    }
    if (ended(it)) return "del";
    if (p.t < it.k) return this.stale(w);
    if (p.t > it.k) return "keep";
    if (it.st === "R") return "body";
    if (!s.due) return "keep";
    return "fire";
  }

  step(n, i, w, add, name) {
    const { o } = this;
    const { it } = n;
    switch (w.pc) {
      case "read":
        w.it = { ...it };
        go(n, i, this.decide(w, n));
        return w.pc === "body" ? this.begin(n, w) : undefined;
      case "apply":
        this.apply(n, w.p);
        ambiguous(n, add, name, (z) => {
          z.ws[i].pc = "read";
        });
        return void (w.pc = "read");
      case "fire":
        return this.fire(n, i, w);
      case "body":
        return this.commit(n, i, w, add, name);
      case "fresh":
        put(n, w.p);
        return go(n, i, "del");
      default:
        if (w.it.st === "R") put(n, { q: "w", t: w.it.k });
        else if (o.timeout) put(n, { q: "t", t: w.it.k });
        return go(n, i, "del");
    }
  }

  begin(n, w) {
    // R8 runs the body again on a newer state: the same step, another patch version.
    once(n, `seq ${w.it.n} patch ${w.it.pv}`);
  }

  /** The due wake of a wait: an ordinary transition to the timeout step. */
  fire(n, i, w) {
    const { it } = n;
    if (it.n !== w.it.n || (it.st !== "W" && !this.o.fireAny)) return void (w.pc = "read");
    if (n.won[it.n] !== undefined) n.bad = "ONE WAIT ANSWERED TWICE";
    n.won[it.n] = "t";
    const inline = this.o.hop ? {} : { k: it.n + 1, kp: it.k };
    n.it = { ...it, n: it.n + 1, st: "R", s: "late", ...inline };
    w.it = n.it;
    if (!this.o.hop) return go(n, i, "duty");
    this.begin(n, w);
    return go(n, i, "body");
  }

  /** `ask` waits without an answer (R8: only if nobody patched since the read); with one, and as `late`, it ends. */
  commit(n, i, w, add, name) {
    const { it } = n;
    const enough = this.o.all ? w.it.d === (1 << this.o.callers) - 1 : w.it.d > 0;
    const waits = w.it.s === "ask" && !enough;
    if (it.n === w.it.n && it.st === w.it.st) {
      if (waits && !this.o.noPatchFence && it.pv !== w.it.pv) {
        w.it = { ...it };
        return this.begin(n, w);
      }
      n.it = { ...it, n: it.n + 1, k: it.n + 1, kp: it.k, st: waits ? "W" : this.o.more && it.s === "ask" ? "R" : "D" };
      if (n.it.st === "R") n.it.s = "more";
      w.it = n.it;
      ambiguous(n, add, name, (z) => {
        z.ws[i].pc = "read";
      });
      return go(n, i, n.it.st === "D" || (waits && !this.o.timeout) ? "del" : "duty");
    }
    w.it = { ...it };
    if (ended(it)) return go(n, i, "del");
    return go(n, i, it.k === w.p.t ? "keep" : w.p.q === "x" ? this.decide(w, n) : this.stale(w));
  }
}

const none = { crash: 0, vt: 0, dup: 0, amb: 0, cancel: 0, client: 0 };
const rec = { callers: 1, timeout: 1, ring: 8 };
const run = (what, o, b = {}) => ({
  what,
  check: () => explore(new WaitCommands({ ...rec, ...o, b: { ...none, ...b } })),
});
const two = { callers: 2, timeout: 0 };
const all = { ...two, all: 1 };

export const runs = {
  rec: run("1 caller and the timeout, crash1 vt1", {}, { crash: 1, vt: 1 }),
  recC: run("1 caller and the timeout, crash2 client1", {}, { crash: 2, client: 1 }),
  recA: run("1 caller and the timeout, crash1 amb1 cancel1", {}, { crash: 1, amb: 1, cancel: 1 }),
  recHop: run("the timeout as an inline hop, crash1 vt1", { hop: 1 }, { crash: 1, vt: 1 }),
  recH: run("1 caller with a handle, before the wait, crash1 client1", { handle: 1 }, { crash: 1, client: 1 }),
  rec2: run("2 callers and the timeout, dup1", { callers: 2 }, { dup: 1 }),
  rec2c: run("2 callers, crash1 vt1 client1", two, { crash: 1, vt: 1, client: 1 }),
  recM: run("1 caller, a step follows, crash1 vt1 dup1", { more: 1, timeout: 0 }, { crash: 1, vt: 1, dup: 1 }),
  recAll: run("it waits until both have answered, crash1 amb1", all, { crash: 1, amb: 1 }),
  recAllV: run("it waits until both have answered, vt1 client1", all, { vt: 1, client: 1 }),

  oneId: run("AS DESIGNED: only the newest command's id is kept", { ...all, ring: 1 }),
  noPatchFence: run("V: the wait commits on n and st only", { noPatchFence: 1, timeout: 0 }),
  anyStatus: run("V: the patch does not check the status it read", { anyStatus: 1, timeout: 0 }),
  noId: run("V: commands carry no id", { ...two, noId: 1 }),
  blind: run("V: a refused caller does not look at the command id", { blind: 1, handle: 1, timeout: 0 }),
  blindLoop: run("V: the same without a handle, it answers again", { ...all, blind: 1 }),
  predRepairs: run("V: a wake repairs a token that a command issued", { predRepairs: 1 }),
  dropEarly: run("V: a command ahead of its wait is dropped", { handle: 1, timeout: 0, dropEarly: 1 }),
  fireAny: run("V: the timeout checks n only", { callers: 0, fireAny: 1 }, { cancel: 1 }),
};

if (import.meta.main) report(runs);
