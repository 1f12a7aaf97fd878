/*
 * `pnpm realtime [STREAMS] [EVENTS] [ROUNDS]`: opens 500 streams of one channel on a local stack, publishes 10,000 events
 * for a tenth of them each, once or several times, and counts what came to whom. After each round it says what the
 * serving process holds after a garbage collection: what grows there with every round is a leak.
 */
import { countDeliveries } from "./realtime/count-deliveries.ts";

const [streams = "500", events = "10000", rounds = "1"] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const { connections, delivered, expected, lost, twice } = await countDeliveries({
  streams: Number(streams),
  events: Number(events),
  rounds: Number(rounds),
  say,
});
say(
  `${expected} deliveries expected, ${delivered} made, ${lost} lost, ${twice} made twice; ${connections} connections`,
);
if (lost > 0 || twice > 0) process.exitCode = 1;
