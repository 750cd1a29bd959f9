import type { Definition } from "./map/definitions.ts";

const HEAD_LINES = 15;
const LINE_CHARS_MAX = 200;
const KEYS_MAX = 60;
/** Lines of one file that survive compaction. */
const LINES_MAX = 200;

/**
 * What of a file a reader needs who only uses it (D18): signatures of source, headings and
 * conclusions of prose, keys of data, else the first lines. Far shorter, and says so.
 */
export function compact(path: string, text: string, definitions: readonly Definition[]): string {
  const lines =
    definitions.length > 0
      ? definitions.map(({ line, signature }) => `${line}: ${signature}`)
      : /\.(md|mdx|markdown|rst|txt|adoc)$/i.test(path)
        ? outline(text)
        : (keysOf(path, text) ?? text.split("\n", HEAD_LINES));
  return lines
    .slice(0, LINES_MAX)
    .map((line) => line.slice(0, LINE_CHARS_MAX))
    .join("\n");
}

const CONCLUSION = /conclu|summary|result|decision|recommend|outcome|lesson/i;

/** Headings, and what stands under those that conclude something. */
function outline(text: string): string[] {
  let kept = false;
  let fenced = false;
  return text.split("\n").filter((line) => {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    const heading = !fenced && /^#{1,6} /.test(line);
    if (heading) kept = CONCLUSION.test(line);
    return heading || (kept && line.trim() !== "");
  });
}

function keysOf(path: string, text: string): string[] | null {
  if (!path.endsWith(".json")) return null;
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data !== "object" || data === null) return null;
    return Object.entries(data)
      .slice(0, KEYS_MAX)
      .map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  } catch {
    // Not JSON after all, such as a tsconfig with comments: its first lines say as much.
    return null;
  }
}
