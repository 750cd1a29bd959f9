import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type * as Ruff from "@astral-sh/ruff-wasm-nodejs";

/**
 * `node ruff-main.ts <ruff> <file>…`: what ruff finds in each file, as JSON; null for one that it
 * cannot get through. Runs in the sandbox, where nothing else of the house can be read.
 */
const [library = "", ...files] = process.argv.slice(2);
// A module loaded by name has no type until it is said; it is the one the path was resolved from.
const { Workspace, PositionEncoding }: typeof Ruff = createRequire(import.meta.url)(library);

/** What is wrong or most likely wrong; not what is a matter of taste or of the framework. */
const options = {
  "target-version": "py314",
  lint: {
    select: ["E7", "E9", "F", "B", "PLE"],
    ignore: [
      "B008",
      "B009",
      "B010",
      "B028",
      "B904",
      "B905",
      "E701",
      "E702",
      "E703",
      "E741",
      "F405",
    ],
  },
};
const workspace = new Workspace(options, PositionEncoding.Utf16);

process.stdout.write(JSON.stringify(files.map(found)));

function found(file: string) {
  try {
    const all: Ruff.Diagnostic[] = workspace.check(readFileSync(file, "utf8"));
    return all.map(({ code, message, start_location: { row } }) => ({ code, message, line: row }));
  } catch {
    return null;
  }
}
