#!/usr/bin/env node
import { basename } from "node:path";
import { createProgram } from "./program.ts";
import { runProgram } from "./run-program.ts";

/*
 * Both bins are this file: npx runs a package that has several only when they are one file, and then by the name that is
 * listed first, which may be either. So `create-stephooks` is `stephooks create` for a folder's name alone: whoever names
 * a command, an option or nothing means `stephooks`.
 */
const [, called = "", ...words] = process.argv;
const [first = "-"] = words;
const isFolder = !first.startsWith("-") && !createProgram().commands.some((command) => command.name() === first);
await runProgram(basename(called).startsWith("create-stephooks") && isFolder ? ["create", ...words] : words);
