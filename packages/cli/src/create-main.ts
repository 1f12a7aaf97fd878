#!/usr/bin/env node
import { runProgram } from "./run-program.ts";

/* The bin `create-stephooks`, which `npm create` looks for: the words are those of `stephooks create`. */
await runProgram(["create", ...process.argv.slice(2)]);
