import { WorkerFailure, type Clone } from "../../ports.ts";
import type { Block } from "./blocks.ts";
import { applyEdit, likeLineEnds } from "./edit.ts";
import { pathProblem } from "./paths.ts";

export type Built =
  | { status: "built"; written: string[]; removed: string[] }
  /** Nothing was touched. `detail` says which file and why, for the one who wrote the answer. */
  | { status: "refused"; detail: string };

/** Characters of one file that an answer may make. */
const FILE_CHARS_MAX = 1_000_000;

/**
 * Turns the blocks of an answer into changes of a clone (D4), all or none. Every path is checked
 * here and by the clone; a SEARCH that does not stand exactly once in its file refuses the whole
 * answer, since half an intent is worse than none (D20).
 */
export async function build(
  clone: Pick<Clone, "read" | "write" | "remove">,
  blocks: readonly Block[],
): Promise<Built> {
  const texts = new Map<string, string | null>();
  try {
    for (const block of blocks) {
      const problem = pathProblem(block.path) ?? (await stage(clone, texts, block));
      if (problem !== null) {
        return { status: "refused", detail: `${JSON.stringify(block.path)} ${problem}` };
      }
    }
  } catch (error) {
    // Only a path that the clone refuses throws here; nothing has been written yet.
    if (error instanceof WorkerFailure) return { status: "refused", detail: error.message };
    throw error;
  }
  for (const [path, text] of texts) {
    if (text === null) await clone.remove(path);
    else await clone.write(path, text);
  }
  const paths = [...texts.keys()];
  return {
    status: "built",
    written: paths.filter((path) => texts.get(path) !== null),
    removed: paths.filter((path) => texts.get(path) === null),
  };
}

/** Works out one block's effect in memory. @returns why it cannot be applied, or null. */
async function stage(
  clone: Pick<Clone, "read">,
  texts: Map<string, string | null>,
  block: Block,
): Promise<string | null> {
  const { path } = block;
  const staged = texts.get(path);
  const before = staged === undefined ? await clone.read(path) : staged;
  switch (block.kind) {
    case "file":
      texts.set(path, likeLineEnds(block.content, before ?? ""));
      break;
    case "delete":
      if (before === null) return "cannot be deleted: there is no such file";
      texts.set(path, null);
      break;
    case "edit": {
      let text = before ?? "";
      for (const [index, edit] of block.edits.entries()) {
        if (before === null && edit.search !== "") return "cannot be edited: there is no such file";
        const edited = applyEdit(text, edit);
        if (edited.status === "refused") {
          return `SEARCH ${index + 1} matches ${edited.matches} times, not once`;
        }
        text = edited.text;
      }
      texts.set(path, text);
      break;
    }
  }
  const length = texts.get(path)?.length ?? 0;
  return length > FILE_CHARS_MAX ? `is longer than ${FILE_CHARS_MAX} characters` : null;
}
