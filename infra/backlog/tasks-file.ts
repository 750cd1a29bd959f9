import { BadInput } from "@nightshift/protocol/errors";
import { BacklogEntry } from "./entry.ts";

/** Keys that may stand at the beginning of an indented line. */
const LISTS = ["success", "claims", "files", "scope", "tags", "drops", "depends"] as const;
const SINGLE = ["output", "model", "category"] as const;
type Draft = Record<string, unknown> & { text: string[]; line: number };

/**
 * Reads a backlog in Markdown. A task is a list item; what is indented below it is its text or
 * `key: value`:
 *
 *     - [ ] FIX-12 P2 (capability) Write negative amounts with the sign first
 *           success: node --test pending/money-negative.test.ts
 *
 * Ticked items are done; everything outside the list is prose and ignored.
 * @throws BadInput with the line of the first item that cannot be read.
 */
export function parseTasksFile(markdown: string, path: string): BacklogEntry[] {
  const drafts: Draft[] = [];
  let current: Draft | null = null;
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    const item = /^[-*] \[( |x|X)\] (.*)$/.exec(line);
    if (item) {
      current = item[1] === " " ? draftOf(item[2] ?? "", index + 1) : null;
      if (current) drafts.push(current);
    } else if (/^\s{2,}\S/.test(line) && current) {
      detail(current, line.trim());
    } else if (/^[-*] \[/.test(line)) {
      throw new BadInput(
        "a task begins with `- [ ] ` or `- [x] `",
        `${path}:${index + 1}`,
        `edit ${path}`,
      );
    } else if (line.trim() !== "") {
      current = null;
    }
  }
  return drafts.map((draft) => entryOf(draft, path));
}

/** `META-9 P2 (category) Title`, of which only the title is needed. */
function draftOf(head: string, line: number): Draft {
  const parts =
    /^(?:(?<name>[A-Z][A-Za-z]*-\d+(?:[-.][\w-]+)?):?\s+)?(?:P(?<priority>\d)\s+)?(?:\((?<category>[\w -]+)\)\s+)?(?<title>.*)$/.exec(
      head.trim(),
    )?.groups ?? {};
  const { name, priority, category, title } = parts;
  return {
    title: title?.trim() ?? "",
    text: [],
    line,
    ...(name !== undefined && { name }),
    ...(priority !== undefined && { priority: Number(priority) }),
    ...(category !== undefined && { category }),
  };
}

function detail(draft: Draft, line: string): void {
  const [, key = "", value = ""] = /^([a-z]+):\s+(.+)$/.exec(line) ?? [];
  const list = LISTS.find((name) => name === key || `${key}s` === name);
  if (list !== undefined) {
    const before = draft[list];
    draft[list] = [...(Array.isArray(before) ? before : []), ...valuesOf(list, value)];
  } else if (SINGLE.some((name) => name === key)) {
    draft[key] = value;
  } else {
    draft.text.push(line);
  }
}

/** Commands and sentences may hold commas; everything else is a list of words. */
function valuesOf(list: (typeof LISTS)[number], value: string): string[] {
  return list === "success" || list === "claims"
    ? [value]
    : value.split(/\s*,\s*/).filter((word) => word !== "");
}

function entryOf({ line, text, ...draft }: Draft, path: string): BacklogEntry {
  const parsed = BacklogEntry.safeParse({ ...draft, text: text.join("\n") });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BadInput(
    `${issue?.path.join(".") ?? "task"}: ${issue?.message ?? "cannot be read"}`,
    `${path}:${line}`,
    `edit line ${line} of ${path}`,
  );
}
