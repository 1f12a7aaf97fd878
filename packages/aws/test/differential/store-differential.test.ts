import { afterAll, beforeAll, expect, test } from "vitest";
import { dynamodbInstanceHistory, dynamodbInstanceIndex, dynamodbInstanceStore } from "../../src/index.ts";
import { type EmulatedStack, emulatedStack } from "../emulated-stack.ts";
import { runDifferential } from "./run-differential.ts";
import { storeCommand } from "./store-commands.ts";
import { StorePair, type StorePorts } from "./store-pair.ts";

/** Together with the queue's at least 20,000. */
const STEPS = 13_000;

/** It is half a minute of work; a machine that does much else takes many times as long. Milliseconds. */
const LIMIT = 900_000;

let world: EmulatedStack;
let real: StorePorts;
beforeAll(async () => {
  // A request that is given up and repeated on a busy machine would be a step that the double does not make.
  world = await emulatedStack(60, 60_000);
  const { clients, stack } = world;
  real = {
    store: dynamodbInstanceStore(clients.dynamodb, stack.table),
    index: dynamodbInstanceIndex(clients.dynamodb, stack.table),
    history: dynamodbInstanceHistory(clients.dynamodb, stack.table),
  };
});
afterAll(() => world.dispose());

test(
  `${STEPS} random calls of store, index and history come to the same on DynamoDB and its double`,
  async () => {
    const tally = new Map<string, number>();
    const steps = (): number => [...tally.values()].reduce((sum, count) => sum + count, 0);
    let serial = 0;
    await runDifferential(
      storeCommand,
      async (commands) => {
        serial += 1;
        const pair = new StorePair(real, serial, tally);
        for (const command of commands) await pair.apply(command);
        await pair.compareContents();
      },
      () => steps() >= STEPS,
    );
    expect([...tally.keys()].toSorted()).toEqual([
      "append: done",
      "create: done",
      "create: refused",
      "due: done",
      "history: done",
      "list: done",
      "list: rejected",
      "next page: done",
      "next page: rejected",
      "read too many: rejected",
      "read: done",
      "update: done",
      "update: refused",
      "update: rejected",
    ]);
  },
  LIMIT,
);
