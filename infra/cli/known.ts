import { learnedLine } from "@nightshift/agents/planner/known-of";
import type { Line } from "@nightshift/projections/digest/terminal";
import { lore, type Learned, type Lore } from "@nightshift/projections/lore";
import { count, plain } from "@nightshift/projections/words/plain";
import { repos } from "@nightshift/projections/repos";
import { wrap } from "@nightshift/projections/words/wrap";
import { session } from "./session.ts";
import { COLUMNS } from "./table.ts";
import { print, printJson, tell } from "./terminal.ts";

type Row = { repo: string; module: string; attempts: number; merged: number; learned: Learned[] };

/**
 * `nightshift known`: what was learned of the folders of a repository, and the event behind each
 * line (B24); the same that plans and prompts about them are given.
 */
export function known(path: string | undefined, { json = false }: { json?: boolean }) {
  return session(async ({ runner }) => {
    const all = rowsOf(runner.view(lore));
    const rows = path === undefined ? all : all.filter(({ module }) => isAbout(module, path));
    if (json) return printJson(rows);
    const names = runner.view(repos);
    if (rows.length > 0) print(rows.flatMap((row) => linesOf(row, names.get(row.repo)?.name)));
    else tell("plain", `Nothing was learned${path === undefined ? "" : ` of ${path}`} yet.`);
  });
}

/** The module touched last comes first. */
function rowsOf({ repos: known }: Lore): Row[] {
  return [...known].flatMap(([repo, modules]) =>
    [...modules].map(([module, told]) => ({ repo, module, ...told })).toReversed(),
  );
}

/** The folder itself, one in it, or the one a file is in. */
function isAbout(module: string, path: string): boolean {
  const wanted = path.replace(/^\.\/|\/+$/g, "") || ".";
  return module === wanted || module.startsWith(`${wanted}/`) || wanted.startsWith(`${module}/`);
}

function linesOf({ repo, module, attempts, merged, learned }: Row, name = repo): Line[] {
  const title = `${module} in ${plain(name, NAME_CHARS_MAX)}`;
  const lines = learned
    .toReversed()
    .flatMap((one): Line[] => [
      ...wrap(`  ${learnedLine(one)}`, COLUMNS, "    ").map(
        (text) => ({ tone: "plain", text }) as const,
      ),
      { tone: "quiet", text: `    event ${one.event}` },
    ]);
  return [
    { tone: "title", text: `${title}: ${count(attempts, "attempt")}, ${merged} merged` },
    ...lines,
  ];
}

const NAME_CHARS_MAX = 80;
