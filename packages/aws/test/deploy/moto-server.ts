import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** Why moto cannot run here, or undefined when it can. It is a test double of AWS written in Python. */
export function motoMissing(): string | undefined {
  const { status } = spawnSync("python3", ["-c", "import moto.server"], { stdio: "ignore" });
  return status === 0 ? undefined : "python3 cannot import moto.server (pip: moto[server])";
}

/** A moto server on a free port, empty. */
export async function startMoto(): Promise<{ readonly endpoint: string; stop(): Promise<void> }> {
  const port = await freePort();
  const child = spawn("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const ended = once(child, "exit");
  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answered = await fetch(`${endpoint}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) break;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error("moto did not start");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    endpoint,
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
