import { isProfileName } from "./profiles.ts";
import { simulate } from "./simulate.ts";

const [profile = "all", from = "0", count = "100"] = process.argv.slice(2);
if (!isProfileName(profile)) throw new TypeError("profile");
let calls = 0;
let faults = 0;
let bad = 0;
const by = new Map<string, number>();
const t = performance.now();
const c = process.cpuUsage();
for (let seed = Number(from); seed < Number(from) + Number(count); seed++) {
  const report = await simulate({ seed, profile, traced: count === "1" });
  calls += report.calls;
  for (const [k, v] of report.callsBy) by.set(k, (by.get(k) ?? 0) + v);
  faults += report.faults.length;
  if (report.violations.length > 0) {
    bad += 1;
    if (bad <= 12) process.stdout.write(`${seed}: ${report.violations.slice(0, 2).map((v) => v.slice(0,160)).join("\n    ")} (${report.violations.length}; ${report.faults.length} faults)\n`);
  }
  if (count === "1") process.stdout.write(report.trace.join("\n") + "\n");
}
process.stdout.write(JSON.stringify({ profile, bad, calls, faults, seconds: (performance.now() - t) / 1000, cpu: process.cpuUsage(c).user/1e6 }) + "\n");
process.stdout.write(JSON.stringify(Object.fromEntries(by)) + "\n");
