#!/usr/bin/env node
import { basename } from "node:path";
import { runProgram } from "./run-program.ts";

/*
 * Both bins are this file, and `stephooks` is the first of them: with two files `npx @stephooks/cli` would not know which
 * to run. Called as `create-stephooks` the words are those of `stephooks create`.
 */
const [, called = "", ...words] = process.argv;
await runProgram(basename(called).startsWith("create-stephooks") ? ["create", ...words] : words);
