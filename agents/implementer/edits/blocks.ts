/** What an answer asks to be done to the clone. Everything outside the tags is talk. */
export type Block =
  | { kind: "file"; path: string; content: string }
  | { kind: "edit"; path: string; edits: Edit[] }
  | { kind: "delete"; path: string };

export type Edit = { search: string; replace: string };

export type Answer = {
  blocks: Block[];
  /** The path of a last block that never closed: the answer was cut off there. */
  cutOff: string | null;
  /** What breaks the format, in words for the one who wrote it. */
  problems: string[];
};

/** More than any sane answer holds. */
const BLOCKS_MAX = 200;

const OPEN = /^\s*<(file|edit)\s+path="([^"]+)"\s*>\s*$/;
const DELETE = /^\s*<delete\s+path="([^"]+)"\s*\/>\s*$/;

/** Reads the tags of an answer; each tag stands on a line of its own. */
export function parseAnswer(text: string): Answer {
  const lines = linesOf(text);
  const answer: Answer = { blocks: [], cutOff: null, problems: [] };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const gone = DELETE.exec(line)?.[1];
    if (gone !== undefined) answer.blocks.push({ kind: "delete", path: gone });
    const [, kind, path] = OPEN.exec(line) ?? [];
    if (kind === undefined || path === undefined) continue;
    const end = lines.findIndex((other, index) => index > at && other.trim() === `</${kind}>`);
    if (end === -1) return { ...answer, cutOff: path };
    addBlock(answer, kind, path, lines.slice(at + 1, end));
    at = end;
    if (answer.blocks.length > BLOCKS_MAX) {
      answer.problems.push(`more than ${BLOCKS_MAX} blocks`);
      return answer;
    }
  }
  return answer;
}

function addBlock(answer: Answer, kind: string, path: string, body: string[]): void {
  if (body.some((line) => OPEN.test(line))) {
    answer.problems.push(`${path}: the block was not closed before the next one began`);
    return;
  }
  if (kind === "file") {
    const lines = unfenced(path, body);
    const content = lines.length === 0 ? "" : `${lines.join("\n")}\n`;
    answer.blocks.push({ kind: "file", path, content });
    return;
  }
  const edits = readEdits(body);
  if (typeof edits === "string") answer.problems.push(`${path}: ${edits}`);
  else answer.blocks.push({ kind: "edit", path, edits });
}

/** The search/replace blocks of an edit, or what is wrong with them. */
function readEdits(body: readonly string[]): Edit[] | string {
  const edits: Edit[] = [];
  let search: string[] | null = null;
  let replace: string[] | null = null;
  for (const line of body) {
    const mark = line.trimEnd();
    if (mark === "<<<<<<< SEARCH") {
      if (search) return "a SEARCH begins inside another";
      search = [];
    } else if (search && !replace && mark === "=======") {
      replace = [];
    } else if (search && replace && mark === ">>>>>>> REPLACE") {
      edits.push({ search: search.join("\n"), replace: replace.join("\n") });
      search = null;
      replace = null;
    } else if (replace) replace.push(line);
    else if (search) search.push(line);
    else if (mark !== "") return `text outside SEARCH and REPLACE: ${mark.slice(0, 60)}`;
  }
  if (search) return "a SEARCH is not closed by ======= and >>>>>>> REPLACE";
  return edits.length > 0 ? edits : "no SEARCH and REPLACE";
}

/** The report of an answer; cut off where its tag never closes. Null where there is none. */
export function parseReport(text: string): { text: string; cutOff: boolean } | null {
  const lines = linesOf(text);
  const start = lines.findIndex((line) => line.trim() === "<report>");
  if (start === -1) return null;
  const end = lines.findLastIndex((line) => line.trim() === "</report>");
  const body = end > start ? lines.slice(start + 1, end) : lines.slice(start + 1);
  const report = body.join("\n").trim();
  return report === "" ? null : { text: `${report}\n`, cutOff: end <= start };
}

/** Models like to fence a whole file; no language but Markdown begins with three backticks. */
function unfenced(path: string, lines: string[]): string[] {
  const fenced = lines[0]?.startsWith("```") && lines.at(-1)?.trim() === "```";
  return fenced && !/\.(md|mdx|markdown)$/i.test(path) ? lines.slice(1, -1) : lines;
}

function linesOf(text: string): string[] {
  return text.replaceAll("\r\n", "\n").split("\n");
}
