import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lint, Linter, LintText } from "@nightshift/agents/linter";
import type { Sandbox } from "@nightshift/agents/sandbox";
import { oxlint } from "./oxlint.ts";
import { ruff } from "./ruff.ts";

/** A linter as a program that reads some files and ends. */
export type LintTool = {
  /** What must be readable for it to start. */
  readable: readonly string[];
  /** What it is given beside the texts, by name. */
  files: Readonly<Record<string, string>>;
  command(names: readonly string[]): readonly string[];
  /** The name a text gets: it says the language and nothing that the author chose. */
  nameOf(path: string, number: number): string;
  /** The text without the words by which an author would switch rules off. Lines stay in place. */
  withoutDirectives(text: string): string;
  /** @throws Error where that is no whole answer of this tool about every text. */
  read(stdout: string, names: readonly string[], texts: readonly LintText[]): (Lint[] | null)[];
};

type Language = LintText["language"];
/** How a tool is found; @throws Error where it is not installed. */
type LintTools = Readonly<Record<Language, () => LintTool>>;

const LANGUAGES: readonly Language[] = ["javascript", "python"];
const WALL_MS = 30_000;
const OUTPUT_BYTES_MAX = 4 * 1024 ** 2;

/**
 * Oxlint for JavaScript and TypeScript, ruff for Python, each as a program of its own: what a
 * hostile text does to a parser ends there, and so does the memory that it takes. Texts lie under
 * names of the house in a folder that is gone afterwards and cannot be written from inside.
 * @param reveal Told each folder of theirs, so that the sandbox leaves it readable.
 */
export function createLinter(
  sandbox: Sandbox,
  reveal: (folder: string) => void,
  tools: LintTools = { javascript: oxlint, python: ruff },
): Linter {
  return {
    async lint(texts, { signal }) {
      const found = new Map<LintText, Lint[] | null>();
      for (const language of LANGUAGES) {
        const own = texts.filter((text) => text.language === language);
        if (own.length === 0) continue;
        const answers = await ask({ sandbox, reveal, open: tools[language] }, own, signal);
        own.forEach((text, at) => found.set(text, answers?.[at] ?? null));
      }
      return texts.map((text) => found.get(text) ?? null);
    },
  };
}

type Place = { sandbox: Sandbox; reveal: (folder: string) => void; open: () => LintTool };

/** Null where the tool is missing, fails or is too slow: nothing is known, and nobody is to blame. */
async function ask(
  { sandbox, reveal, open }: Place,
  texts: readonly LintText[],
  signal: AbortSignal,
): Promise<(Lint[] | null)[] | null> {
  let folder: string | null = null;
  try {
    const tool = open();
    tool.readable.forEach(reveal);
    folder = await mkdtemp(join(tmpdir(), "nightshift-lint-"));
    const names = texts.map(({ path }, number) => tool.nameOf(path, number));
    for (const [name, text] of Object.entries(tool.files))
      await writeFile(join(folder, name), text);
    for (const [at, { text }] of texts.entries()) {
      await writeFile(join(folder, names[at] ?? ""), tool.withoutDirectives(text));
    }
    const result = await sandbox.run(tool.command(names), {
      cwd: folder,
      writable: [],
      network: false,
      env: {},
      wallMs: WALL_MS,
      silenceMs: null,
      outputBytesMax: OUTPUT_BYTES_MAX,
      signal,
    });
    // What was cut or ended before its time is no whole answer, and not read as one.
    return tool.read(result.stdout, names, texts);
  } catch {
    return null;
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
}
