import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Lint, SYNTAX } from "@nightshift/agents/linter";
import { z } from "zod";
import { homeOfProgram } from "../sandbox/mounts.ts";
import type { LintTool } from "./linter.ts";

/** What is wrong or most likely wrong; not what is a matter of taste, or of other files. */
const CONFIG = {
  plugins: ["typescript", "unicorn", "oxc"],
  categories: { correctness: "warn", suspicious: "warn" },
  rules: {
    "no-new": "off",
    "no-shadow": "off",
    "no-underscore-dangle": "off",
    "no-unused-expressions": "off",
    "oxc/no-async-endpoint-handlers": "off",
    "typescript/no-extraneous-class": "off",
    "unicorn/consistent-function-scoping": "off",
    "unicorn/no-array-reverse": "off",
    "unicorn/no-array-sort": "off",
    "unicorn/no-new-array": "off",
    "unicorn/prefer-string-starts-ends-with": "off",
    "unicorn/require-module-specifiers": "off",
  },
};
const CONFIG_NAME = "rules.json";
const EXTENSION = /\.(?:[cm]?[jt]s|[jt]sx)$/;

/** Oxlint, with no look for settings, ignored files or plugins anywhere. */
export function oxlint(): LintTool {
  const program = join(dirname(fileURLToPath(import.meta.resolve("oxlint/package.json"))), "bin");
  const start = join(program, "oxlint");
  return {
    readable: homeOfProgram(start),
    files: { [CONFIG_NAME]: JSON.stringify(CONFIG) },
    command: (names) => [
      process.execPath,
      start,
      ...`--config ${CONFIG_NAME} --disable-nested-config --no-ignore`.split(" "),
      ...`--threads=1 --format=json`.split(" "),
      ...names,
    ],
    nameOf: (path, number) => `${number}${EXTENSION.exec(path)?.[0] ?? ".js"}`,
    withoutDirectives: (text) => text.replaceAll(/\b(eslint|oxlint)-(disable|enable)/g, "$1 $2"),
    read(stdout, names) {
      const { diagnostics, number_of_files: count } = Answer.parse(JSON.parse(stdout));
      if (count !== names.length) throw new Error(`${count} of ${names.length} files were read`);
      const found = new Map<string, Lint[]>(names.map((name) => [name, []]));
      for (const { message, code, filename, labels } of diagnostics) {
        const all = found.get(filename);
        const rule = code ?? SYNTAX;
        if (rule === SYNTAX && all?.some((one) => one.rule === SYNTAX)) continue;
        all?.push({ rule, line: labels[0]?.span.line ?? 0, message });
      }
      return names.map((name) => found.get(name) ?? null);
    },
  };
}

const Answer = z.object({
  number_of_files: z.int(),
  diagnostics: z.array(
    z.object({
      message: z.string(),
      /** Absent where the parser speaks. */
      code: z.string().optional(),
      filename: z.string(),
      labels: z.array(z.object({ span: z.object({ line: z.int().nonnegative() }) })),
    }),
  ),
});
