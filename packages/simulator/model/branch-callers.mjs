/** The outside world of branches.mjs: cancel, updateState, and callers that answer a branch that waits. */
import { clone, ended, put } from "./kernel.mjs";

/** The direct write of a command, by its caller or by the worker that holds its message. */
export function applyTo(n, p) {
  const rc = n.rc[`${p.n}.${p.i}`];
  if (rc.n !== p.t - 1 || rc.st !== "W") return false;
  n.rc[`${p.n}.${p.i}`] = { ...rc, n: p.t, k: p.t, kp: rc.k, st: "R", ans: 1, kc: `${p.t}${p.c}` };
  return true;
}

function patch(n) {
  if (ended(n.it)) return;
  n.it.d = 1;
  n.it.pv++;
}

export function outside(o, s, add) {
  if (s.b.cancel > 0 && !ended(s.it)) {
    const n = clone(s);
    n.b.cancel--;
    n.it.st = "C";
    add(n, "CANCEL", 1);
  }
  if (s.pt === 0 && !ended(s.it)) {
    const n = clone(s);
    n.pt = 9;
    patch(n);
    n.ack = 1;
    add(n, `updateState in ${s.it.st}`);
  }
  if (s.cl.pc < 9) (o.update ? updates : answers)(o, s, add);
}

const command = (s) => ({ q: "x", n: 1, i: 0, t: s.cl.t, c: "a" });

/** A caller that has seen branch 0 wait: command message first, then the direct write. */
function answers(_o, s, add) {
  const n = clone(s);
  const rc = s.rc["1.0"];
  if (s.cl.pc === 0) {
    if (rc?.st !== "W") return;
    n.cl = { pc: 1, t: rc.n + 1 };
  } else if (s.cl.pc === 1) {
    put(n, command(s));
    n.cl.pc = 2;
  } else {
    applyTo(n, command(s));
    n.cl = { pc: 9 };
  }
  add(n, `client ${["sees the wait", "sends the command", "applies it"][s.cl.pc]}`);
  if (s.cl.pc === 0 || !(s.b.client > 0)) return;
  const d = clone(s);
  d.b.client--;
  // Nobody was told anything before the message was sent: the caller begins again.
  d.cl = { pc: s.cl.pc === 1 ? 0 : 9 };
  add(d, "CLIENT CRASH", 1);
}

/** updateState(id, answer, { continue: true }) while the parent joins. `order`: what the caller does first. */
function updates(o, s, add) {
  const n = clone(s);
  const rc = s.rc["1.0"];
  const looksFirst = o.order === "look-patch";
  const look = () => (rc?.st === "W" ? { pc: 2, t: rc.n + 1 } : { pc: looksFirst ? 4 : 9 });
  if (s.cl.pc === 0) {
    if (s.it.st !== "J") return;
    if (!looksFirst) patch(n);
    n.cl = looksFirst ? look() : { pc: 1 };
  } else if (s.cl.pc === 1) n.cl = look();
  else if (s.cl.pc === 2) {
    put(n, command(s));
    n.cl.pc = 3;
  } else if (s.cl.pc === 3) {
    const won = applyTo(n, command(s)) || n.rc["1.0"].kc === `${s.cl.t}a`;
    n.cl = { pc: won || !looksFirst ? 9 : 0 };
  } else {
    patch(n);
    n.cl = { pc: 9 };
  }
  add(n, `client ${["begins", "looks", "sends the command", "applies it", "patches"][s.cl.pc]}`);
  if (![1, 2].includes(s.cl.pc) || !(s.b.client > 0)) return;
  const d = clone(s);
  d.b.client--;
  // It was told nothing, so it asks again.
  d.cl = { pc: 0 };
  add(d, "CLIENT CRASH", 1);
}
