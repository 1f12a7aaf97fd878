import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { GREETING, openFrontDoor } from "../src/front-door.ts";
import { listenOnLoopback } from "../src/listen-on-loopback.ts";

async function opened() {
  const door = await openFrontDoor(0, 0);
  onTestFinished(() => door.close());
  return door;
}

function client(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** A server that notes what it is sent and answers each connection's first bytes with its name. */
async function place(name: string) {
  const heard: string[] = [];
  const server = createServer((connection) => {
    connection.on("error", () => {});
    connection.write(GREETING);
    connection.once("data", (bytes) => {
      heard.push(String(bytes));
      connection.end(name);
    });
  });
  onTestFinished(() => void server.close());
  return { heard, port: await listenOnLoopback(server, 0) };
}

async function answerTo(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  let answer = "";
  for await (const bytes of socket) answer += String(bytes);
  return answer;
}

test("connections that come while nobody serves wait, and are led on with all they have sent", async () => {
  const door = await opened();
  const answers = ["first", "second"].map((text) => answerTo(client(door.port), text));
  const { heard, port } = await place("here");
  door.leadTo(port);
  expect(await Promise.all(answers)).toEqual(["here", "here"]);
  expect(heard.toSorted()).toEqual(["first", "second"]);
});

test("after a change new connections go to the new place, and wait again when there is none", async () => {
  const door = await opened();
  const [old, next] = [await place("old"), await place("next")];
  door.leadTo(old.port);
  expect(await answerTo(client(door.port), "1")).toBe("old");
  door.leadTo(next.port);
  expect(await answerTo(client(door.port), "2")).toBe("next");
  door.leadTo(undefined);
  const waiting = answerTo(client(door.port), "3");
  door.leadTo(old.port);
  expect(await waiting).toBe("old");
});

test("a connection waits when the place it is led to has just closed", async () => {
  const door = await opened();
  const closed = createServer();
  const gone = await listenOnLoopback(closed, 0);
  closed.close();
  door.leadTo(gone);
  const answer = answerTo(client(door.port), "hello");
  const { port } = await place("there");
  door.leadTo(port);
  expect(await answer).toBe("there");
});

test("a connection that a dying process never takes is led to the next one, with all it has sent", async () => {
  const door = await opened();
  const dying = createServer((connection) => setTimeout(() => connection.destroy(), 30));
  door.leadTo(await listenOnLoopback(dying, 0));
  const answer = answerTo(client(door.port), "hello");
  await once(dying, "connection");
  dying.close();
  const { heard, port } = await place("next");
  door.leadTo(port);
  expect(await answer).toBe("next");
  expect(heard).toEqual(["hello"]);
});

test("a closed door ends who waits and refuses who comes", async () => {
  const door = await opened();
  const waiting = client(door.port);
  await once(waiting, "connect");
  door.close();
  await once(waiting.resume(), "close");
  const [error] = await once(client(door.port), "error");
  expect(error).toMatchObject({ code: "ECONNREFUSED" });
});
