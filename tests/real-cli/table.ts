import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { codingAgents } from "@nightshift/infra/workers/coding-agents/registry";
import { cliNames, releases } from "@nightshift/infra/sim/install-cli";
import type { CliName } from "@nightshift/infra/sim/install-cli";
import { clis } from "./agents.ts";

/** What was seen of one CLI in a run of the tests; what was not seen is absent. */
export type Seen = {
  edit?: string;
  usage?: string;
  cut?: string;
  ownWord?: string;
  half?: string;
  limit?: string;
  key?: string;
  silence?: string;
  cancel?: string;
  left?: string;
};

const README = fileURLToPath(new URL("../../README.md", import.meta.url));
const [BEGIN, END] = ["<!-- clis: written by `pnpm test:clis` -->", "<!-- clis: end -->"];

const COLUMNS: readonly (readonly [keyof Seen, string])[] = [
  ["edit", "edits a file"],
  ["usage", "tokens"],
  ["cut", "answer cut off"],
  ["ownWord", "the same by its own word"],
  ["half", "half a file"],
  ["limit", "429 with a reset"],
  ["key", "401"],
  ["silence", "silence"],
  ["cancel", "cancelled"],
  ["left", "left after SIGKILL"],
];

/** One row of the table, as it stands in the README. */
export function rowOf(name: CliName, seen: Seen): string {
  const { title, driven } = codingAgents[clis[name].kind];
  const cells = COLUMNS.map(([column]) => seen[column] ?? "not seen");
  return `| ${[`${title} ${releases[name].version}`, driven, ...cells].join(" | ")} |`;
}

/** The rows that the README has. */
export async function rowsOfReadme(): Promise<string[]> {
  const text = await readFile(README, "utf8");
  const block = text.slice(text.indexOf(BEGIN), text.indexOf(END));
  return block.split("\n").filter((line) => cliNames.some((name) => line.startsWith(start(name))));
}

/** Puts rows in the place of those that the README has of the same CLIs. */
export async function writeRows(rows: ReadonlyMap<CliName, string>): Promise<void> {
  const before = await rowsOfReadme();
  const heads = ["CLI", "driven", ...COLUMNS.map(([, head]) => head)];
  const known = (name: CliName) => before.find((line) => line.startsWith(start(name)));
  const lines = [
    `| ${heads.join(" | ")} |`,
    `|${"---|".repeat(heads.length)}`,
    ...cliNames.flatMap((name) => rows.get(name) ?? known(name) ?? []),
  ];
  const text = await readFile(README, "utf8");
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${BEGIN} … ${END}`);
  const block = `${BEGIN}\n\n${lines.join("\n")}\n\n`;
  await writeFile(README, text.slice(0, from) + block + text.slice(to));
}

function start(name: CliName): string {
  return `| ${codingAgents[clis[name].kind].title} `;
}
