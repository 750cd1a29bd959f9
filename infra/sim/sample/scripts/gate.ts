import { readdirSync, readFileSync } from "node:fs";

/** The house rule of this library: no module over 120 lines. */
const LINES_MAX = 120;

const tooLong = readdirSync("src")
  .map((name) => ({ name, lines: readFileSync(`src/${name}`, "utf8").split("\n").length }))
  .filter(({ lines }) => lines > LINES_MAX);

for (const { name, lines } of tooLong) console.error(`src/${name} has ${lines} lines`);
process.exit(tooLong.length === 0 ? 0 : 1);
