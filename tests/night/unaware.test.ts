import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rowsOf } from "@nightshift/infra/sim/rehearsal/rows";
import { expect, test } from "vitest";

// Nothing outside infra/sim may know that a night is a rehearsal, or what is played in it.

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const FLOORS = ["protocol", "blackboard", "projections", "agents", "infra"];
const OUTSIDE = /^infra\/sim\/|\/node_modules\/|(?:\.test|-contract)\.ts$/;
/** The verbs that play or calculate nights, and the lines that offer them. */
const VERB = /^infra\/cli\/(?:rehearse|sim\/[a-z-]+)\.ts$/;
const OFFER = /\.command\("rehearse"\)|import\("\.\/(?:rehearse|sim\/[a-z-]+)\.ts"\)/;
const SEEDS = [1, 2, 3];

const sources = FLOORS.flatMap((floor) => {
  const entries = readdirSync(join(root, floor), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(?:ts|mjs|md|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !OUTSIDE.test(path) && !VERB.test(path));
}).map((path) => ({ path, lines: readFileSync(join(root, path), "utf8").split("\n") }));

function linesWith(words: RegExp): string[] {
  return sources.flatMap(({ path, lines }) =>
    lines
      .filter((line) => words.test(line) && !OFFER.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );
}

test("no source outside the simulation speaks of a rehearsal", () => {
  expect(sources.length).toBeGreaterThan(200);
  expect(linesWith(/rehears|\bscenario\b|pocketful/i)).toEqual([]);
});

test("no source outside the simulation knows a task or a model of it", () => {
  const tasks = SEEDS.flatMap((seed) => rowsOf(seed).backlog);
  const told = new Set(tasks.flatMap(({ name, title }) => [name, title]));
  expect(told.size).toBeGreaterThan(30);
  const known = [...told, "gpt-quiet", "REHEARSAL_KEY"].map((word) => RegExp.escape(word));
  expect(linesWith(new RegExp(`(?<![\\w-])(?:${known.join("|")})(?![\\w-])`))).toEqual([]);
});

test("only the verbs themselves reach into the simulation", () => {
  expect(linesWith(/\bfrom "[^"]*\bsim\/|import\("[^"]*\bsim\//)).toEqual([]);
});

test("what the director writes into the backlog names no row", () => {
  for (const { name, title, text } of SEEDS.flatMap((seed) => rowsOf(seed).backlog)) {
    expect(`${name} ${title} ${text}`).not.toMatch(/\brow\b|rehears|scenario/i);
  }
});
