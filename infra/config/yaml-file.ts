import { readFile } from "node:fs/promises";
import { BadInput } from "@nightshift/protocol/errors";
import { LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";

/**
 * Reads a YAML file against a schema.
 * @returns null where there is no such file.
 * @throws BadInput naming the file, the line and the field of the first thing that is wrong.
 */
export async function readYaml<T>(
  path: string,
  schema: z.ZodType<T>,
  mend: string,
): Promise<T | null> {
  const text = await readText(path);
  if (text === null) return null;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    throw new BadInput(`not YAML: ${broken.message}`, `${path}:${line}`, mend);
  }
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 20 }) ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.map(String).join(".") || "the file";
  const line = lineOf(document, lines, issue?.path ?? []);
  throw new BadInput(`${field}: ${issue?.message ?? "is not valid"}`, `${path}:${line}`, mend);
}

/** Files of more than this are no configuration. */
const BYTES_MAX = 1_000_000;

async function readText(path: string): Promise<string | null> {
  try {
    const text = await readFile(path, "utf8");
    if (text.length <= BYTES_MAX) return text;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new BadInput("cannot be read", path, `check its permissions: ls -l ${path}`, {
      cause: error,
    });
  }
  throw new BadInput(`larger than ${BYTES_MAX} bytes`, path, "make it smaller");
}

/** The line of a field, or of the nearest thing above it that is there. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) {
      return lines.linePos(Number(node.range[0])).line;
    }
  }
  return 1;
}
