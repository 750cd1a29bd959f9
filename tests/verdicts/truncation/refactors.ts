import type { Change } from "@nightshift/agents/verifier/changes";
import { unusedImports } from "@nightshift/agents/verifier/loose-ends";
import { asChange, heldFor, numbers, type Revision } from "./cuts.ts";

const BLOCK_LINES_MIN = 4;
const MOVED_SHARE = 0.25;

/** Refactors that move a quarter of a file elsewhere: how many were made, and which are held. */
export function heldMoves(all: readonly Revision[]): { moves: number; held: string[] } {
  const next = numbers(11);
  let moves = 0;
  const held: string[] = [];
  for (const revision of all) {
    const changes = movedOut(revision, next);
    if (changes === null) continue;
    moves += 1;
    const why = heldFor(changes, new Set());
    if (why !== null) held.push(`${revision.release} ${why.detail}`);
  }
  return { moves, held };
}

/**
 * An honest refactor of a file: a good quarter of it moves to a file of its own, block by block,
 * and imports that nothing uses any more go, as a linter would have it. Null where it is too small.
 */
function movedOut(revision: Revision, random: () => number): Change[] | null {
  const { path, after } = revision;
  const [head = "", ...blocks] = after.split(
    /\n(?=\n+(?:export |async |def |class |function |func |@))/,
  );
  const lines = after.split("\n").length;
  if (blocks.length < BLOCK_LINES_MIN || !/\.(?:js|ts|py|go)$/.test(path)) return null;
  const moved: string[] = [];
  const kept: string[] = [];
  for (const block of blocks) {
    const enough = moved.join("\n").split("\n").length > lines * MOVED_SHARE;
    if (!enough && random() < 0.6) moved.push(block);
    else kept.push(block);
  }
  if (moved.length === 0 || kept.length === 0) return null;
  // The comment above a block stands at the end of the one before it.
  const ended = (text: string) =>
    `${text
      .trimEnd()
      .replace(/(?:\n\s*(?:#|\/\/)[^\n]*)+$/, "")
      .trimEnd()}\n`;
  const left = withoutUnused({
    ...revision,
    before: after,
    after: ended([head, ...kept].join("\n")),
  });
  const there = ended(moved.join("\n").trimStart());
  const other = path.replace(/(\.\w+)$/, "-parts$1");
  return [asChange(left), asChange({ ...revision, path: other, before: null, after: there })];
}

function withoutUnused(revision: Revision): Revision {
  const unused = new Set(unusedImports(asChange(revision)));
  if (unused.size === 0) return revision;
  const names = new RegExp(String.raw`\b(?:${[...unused].join("|").replaceAll("$", "\\$")})\b`);
  const lines = revision.after.split("\n");
  const kept = lines.filter(
    (line) => !(names.test(line) && /^\s*(?:import|from|const|[\w$]+,?$|"[^"]+"$)/.test(line)),
  );
  return { ...revision, after: kept.join("\n") };
}
