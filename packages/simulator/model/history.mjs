/**
 * H: full history. The head keeps the newest entries (`h`, here two); what a commit would push out is stored beside it
 * (`hs`) before that commit. An entry is the seq of its commit and who made it, so that one seq with two contents shows.
 * A reader takes the head, then what is stored below its oldest entry.
 */
import { ambiguous, clone, ended, explore, go, put, report, start } from "./kernel.mjs";

const RING = 2;

class History {
  constructor(o) {
    this.o = o;
  }

  init() {
    const it = { n: 0, k: 0, kp: -1, st: "R", x: "", h: "" };
    const s = { ...start(2, this.o.b), it, hs: {}, r: { pc: "idle" } };
    put(s, { q: "w", t: 0 });
    return s;
  }

  bad(n, s) {
    const changed = Object.keys(s.hs).find((seq) => n.hs[seq] !== s.hs[seq]);
    if (changed) return `STORED ENTRY CHANGED (seq ${changed})`;
    if (n.it.n !== s.it.n || n.it.h !== s.it.h) {
      const wrong = incomplete(n.it, n.hs);
      if (wrong) return wrong;
    }
    return n.r.wrong ? `READ ${n.r.wrong}` : "";
  }

  good(s) {
    return ended(s.it) && s.ms.length === 0 && s.ws.every((w) => !w) && s.r.pc === "done";
  }

  outside(s, add) {
    this.reader(s, add);
    if (!(s.b.cancel > 0) || ended(s.it)) return;
    const n = clone(s);
    n.b.cancel--;
    n.it.st = "C";
    add(n, "CANCEL", 1);
  }

  reader(s, add) {
    if (s.r.pc === "done") return;
    const n = clone(s);
    const [first, second] = this.o.storedFirst ? ["hs", "it"] : ["it", "hs"];
    if (s.r.pc === "idle") n.r = { pc: "half", seen: JSON.stringify(s[first]) };
    else {
      const seen = { [first]: JSON.parse(s.r.seen), [second]: s[second] };
      n.r = { pc: "done", wrong: incomplete(seen.it, seen.hs) };
    }
    add(n, `reader ${s.r.pc}`);
  }

  step(n, i, w, add, name) {
    const { it, hs } = n;
    const { o } = this;
    switch (w.pc) {
      case "read": {
        w.it = { ...it };
        w.x = `${it.n + 1}${i}`;
        if (w.p.t !== it.k) return go(n, i, w.p.t !== it.kp || ended(it) ? "del" : w.r > 1 ? "duty" : "keep");
        return go(n, i, ended(it) ? "del" : o.after ? "commit" : "spill");
      }
      case "spill": {
        const full = entries(w.it.h).length >= RING;
        if (o.early) store(hs, w.x);
        else if (full) store(hs, entries(w.it.h)[0]);
        if (full || o.early) ambiguous(n, add, name, (z) => void (z.ws[i] = null));
        return go(n, i, o.after ? "duty" : "commit");
      }
      case "commit": {
        const own = it.x === w.x && it.n === w.it.n + 1 && it.st !== "C";
        if (!own && (it.n !== w.it.n || it.st !== "R")) return void (w.pc = "read");
        if (!own) this.apply(n, w);
        ambiguous(n, add, name, () => {});
        return go(n, i, o.after ? "spill" : "duty");
      }
      default:
        if (it.st === "R") put(n, { q: "w", t: it.k });
        return go(n, i, "del");
    }
  }

  apply(n, w) {
    const { it } = n;
    const h = [...entries(it.h), w.x].slice(-RING).join(" ");
    const st = it.n + 1 === this.o.commits ? "D" : "R";
    n.it = { n: it.n + 1, k: it.n + 1, kp: it.k, st, x: w.x, h };
  }
}

const entries = (text) => (text === "" ? [] : text.split(" "));
const seqOf = (entry) => Number(entry.slice(0, -1));

function store(hs, entry) {
  hs[seqOf(entry)] = entry;
}

/** What is wrong with the history of this head and what is stored; empty when every commit has its one entry. */
function incomplete(it, hs) {
  const h = entries(it.h);
  const begins = h.length > 0 ? seqOf(h[0]) : 1;
  const seqs = [
    ...Object.keys(hs)
      .map(Number)
      .filter((seq) => seq < begins),
    ...h.map(seqOf),
  ];
  const wanted = Array.from({ length: it.n }, (_, index) => index + 1);
  return seqs.join() === wanted.join() ? "" : `${seqs.join()} OF ${it.n} COMMITS`;
}

const none = { crash: 0, vt: 0, dup: 0, amb: 0, cancel: 0 };
const run = (what, o, b = {}) => ({
  what,
  check: () => explore(new History({ commits: 4, ...o, b: { ...none, ...b } })),
});

export const runs = {
  rec: run("4 commits, a reader, crash1 vt1", {}, { crash: 1, vt: 1 }),
  recC: run("4 commits, a reader, crash2", {}, { crash: 2 }),
  recA: run("4 commits, a reader, amb2 cancel1", {}, { amb: 2, cancel: 1 }),
  recD: run("4 commits, a reader, dup1 vt1", {}, { dup: 1, vt: 1 }),

  after: run("V: stored after the commit that pushed it out", { after: 1 }, { crash: 1 }),
  early: run("V: every entry is stored before its own commit", { early: 1 }, { dup: 1 }),
  storedFirst: run("V: the reader takes what is stored, then the head", { storedFirst: 1 }),
};

if (import.meta.main) report(runs);
