/**
 * A9, A16: a long wait stands in the due index, and the sweeper sends its wake when the time is near. What of its messages
 * comes before that, when somebody sent one or a queue made a copy, goes; near the time it is put back. A short wait
 * stands in no index: its one message is put back whenever it is early. Time is far (0), near (1: the sweeper has
 * begun to look), over (2).
 */
import { ambiguous, clone, explore, go, put, report, start } from "./kernel.mjs";

const FAR = 0;
const NEAR = 1;
const OVER = 2;

/** So many messages of one wait are more than the faults made. */
const TOO_MANY = 4;

class EarlyCopies {
  constructor(o) {
    this.o = o;
  }

  init() {
    const s = { ...start(2, this.o.b), it: { st: "W", idx: this.o.short ? 0 : 1 }, now: FAR };
    if (this.o.short) put(s, { q: "w" });
    return s;
  }

  bad(n) {
    return n.ms.length >= TOO_MANY ? `${n.ms.length} MESSAGES OF ONE WAIT` : "";
  }

  good(s) {
    return s.it.st === "R" && s.ms.length === 0 && s.ws.every((w) => !w);
  }

  outside(s, add) {
    const act = (label, change, fault = 0) => {
      const n = clone(s);
      change(n);
      add(n, label, fault);
    };
    if (s.now < OVER) act("time", (n) => void n.now++);
    const isServed = s.ms.some(({ p }) => p.q === "w");
    if (s.now >= NEAR && s.it.st === "W" && s.it.idx && !isServed) act("sweep", (n) => put(n, { q: "w" }));
    for (const [budget, q] of Object.entries({ stranger: "w", lost: "x" })) {
      if (s.b[budget] > 0) act(`${budget} sends ${q}`, (n) => void (n.b[budget]--, put(n, { q })), 1);
    }
  }

  step(n, i, w, add, name) {
    const { it } = n;
    if (w.pc === "copy") {
      put(n, { q: "w" });
      ambiguous(n, add, name, (z) => void (z.ws[i] = null));
      return go(n, i, "del");
    }
    if (w.p.q === "x") {
      // A command that lost its race: the wait it was for goes on, or another one does.
      if (this.o.lostLeaves) it.idx = 0;
      return go(n, i, "del");
    }
    if (it.st !== "W") return go(n, i, "del");
    if (n.now === OVER) {
      it.st = "R";
      return go(n, i, "del");
    }
    if (n.now === NEAR || (!it.idx && !this.o.blind)) return go(n, i, "keep");
    return go(n, i, this.o.circulate ? "copy" : "del");
  }
}

const none = { crash: 0, vt: 0, dup: 0, amb: 0, stranger: 0, lost: 0 };
const run = (what, o, b = {}) => ({ what, check: () => explore(new EarlyCopies({ ...o, b: { ...none, ...b } })) });

export const runs = {
  rec: run("a long wait, stranger2 crash1 vt1", {}, { stranger: 2, crash: 1, vt: 1 }),
  recL: run("a long wait, a lost command, stranger1 crash1 dup1", {}, { stranger: 1, lost: 1, crash: 1, dup: 1 }),
  recA: run("a long wait, stranger1 amb3", {}, { stranger: 1, amb: 3 }),
  recS: run("a short wait, stranger1 crash1 vt1", { short: 1 }, { stranger: 1, crash: 1, vt: 1 }),

  circulate: run("V: what is early is always replaced by a copy", { circulate: 1 }, { stranger: 1, amb: 3 }),
  blind: run("V: what is early always goes", { short: 1, blind: 1 }),
  lostLeaves: run("V: a lost command takes the wait out of the index", { lostLeaves: 1 }, { lost: 1 }),
};

if (import.meta.main) report(runs);
