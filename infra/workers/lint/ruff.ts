import { fileURLToPath } from "node:url";
import { type Lint, SYNTAX } from "@nightshift/agents/linter";
import { z } from "zod";
import { homeOfProgram } from "../sandbox/mounts.ts";
import type { LintTool } from "./linter.ts";

const MAIN = fileURLToPath(new URL("ruff-main.ts", import.meta.url));

/** Better code for its ten megabytes takes ten times as long to make as the files take to read. */
const FLAGS = ["--no-warnings", "--liftoff-only"];

/** Ruff as WebAssembly, in a short process of its own: it takes some 90 MB and cannot be stopped. */
export function ruff(): LintTool {
  const library = fileURLToPath(import.meta.resolve("@astral-sh/ruff-wasm-nodejs"));
  return {
    readable: [MAIN, ...homeOfProgram(library)],
    files: {},
    command: (names) => [process.execPath, ...FLAGS, MAIN, library, ...names],
    nameOf: (_path, number) => `${number}.py`,
    withoutDirectives: (text) =>
      text.replaceAll(/noqa/gi, "n0qa").replaceAll(/#([ \t]*)ruff[ \t]*:/gi, "#$1ruff "),
    read(stdout, names, texts) {
      const answers = Answer.parse(JSON.parse(stdout));
      if (answers.length !== names.length) throw new Error("not every file was read");
      return answers.map((answer, at) => answer && lints(answer, texts[at]?.path ?? ""));
    },
  };
}

function lints(answer: z.infer<typeof Found>, path: string): Lint[] {
  const syntax = answer.find(({ code }) => code === null || !CODE.test(code));
  if (syntax) return [{ rule: SYNTAX, line: syntax.line, message: syntax.message }];
  // An import there is what the package offers.
  const offers = /(?:^|\/)__init__\.py$/.test(path);
  return answer.flatMap(({ code, line, message }) =>
    code === null || (offers && IMPORTS.has(code)) ? [] : [{ rule: code, line, message }],
  );
}

const IMPORTS = new Set(["F401", "F403"]);
const CODE = /^[A-Z]+\d+$/;
const Found = z.array(
  z.object({ code: z.string().nullable(), line: z.int().nonnegative(), message: z.string() }),
);
const Answer = z.array(Found.nullable());
