import { decodeState, type InstanceHead } from "@stephooks/core";
import type { Ending, Scenario } from "./scenario.ts";
import type { World } from "./world.ts";

/**
 * Complaints about one instance; none when it ended in one of the ways the scenario allows. A run without faults must
 * end as the first of them says.
 */
export function judgeEnding(head: InstanceHead, scenario: Scenario, world: World): readonly string[] {
  const endings = scenario.others?.[head.id] ?? scenario.ends;
  const [first] = endings;
  if (first === undefined) throw new TypeError(`${scenario.name} does not say how it ends`);
  if (world.fired.length === 0) return complaintsAbout(head, first, world);
  const possible = endings.filter(({ unless }) => !unless?.every((act) => world.heard.has(act)));
  const complaints = possible.map((ending) => complaintsAbout(head, ending, world));
  return complaints.some((list) => list.length === 0) ? [] : (complaints[0] ?? ["no ending is possible"]);
}

function complaintsAbout(head: InstanceHead, ending: Ending, world: World): readonly string[] {
  return [
    ...differences("status", head.status, ending.status),
    ...differences("state", sorted(decodeState(head.state)), sorted(ending.state)),
    ...Object.entries(ending.error ?? {}).flatMap(([part, wanted]) =>
      differences(`error ${part}`, Reflect.get(head.error ?? {}, part), wanted),
    ),
    ...effectComplaints(head.id, ending.effects, world),
  ];
}

function effectComplaints(id: string, wanted: Ending["effects"], world: World): readonly string[] {
  const seen = world.observed.effects.get(id) ?? new Map<string, Set<string>>();
  const steps = new Set([...seen.keys(), ...Object.keys(wanted)]);
  return [...steps].flatMap((step) => {
    const count = seen.get(step)?.size ?? 0;
    const expected = wanted[step] ?? 0;
    const [least, most] = typeof expected === "number" ? [expected, expected] : expected;
    return count >= least && count <= most ? [] : [`${step} had ${count} effects, expected ${least} to ${most}`];
  });
}

function differences(what: string, actual: unknown, wanted: unknown): readonly string[] {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(wanted)];
  return is === should ? [] : [`${what} is ${shown(is)}, expected ${shown(should)}`];
}

function shown(json: string | undefined): string {
  return json !== undefined && json.length > 300 ? `${json.slice(0, 300)}…` : String(json);
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => a.localeCompare(b)));
}
