/** Answers in the format that the implementer's prompt asks for. */

export function file(path: string, text: string): string {
  return `<file path="${path}">\n${text.trimEnd()}\n</file>\n`;
}

export function edit(path: string, search: string, replace: string): string {
  return [
    `<edit path="${path}">`,
    "<<<<<<< SEARCH",
    search.replace(/\n$/, ""),
    "=======",
    replace.replace(/\n$/, ""),
    ">>>>>>> REPLACE",
    "</edit>\n",
  ].join("\n");
}

export function report(text: string): string {
  return `<report>\n${text.trim()}\n</report>\n`;
}

/** A test file for node:test. */
export function tests(imports: string, from: string, cases: Record<string, string>): string {
  const bodies = Object.entries(cases).map(
    ([title, body]) => `test(${JSON.stringify(title)}, () => {\n  ${body}\n});\n`,
  );
  return [
    'import assert from "node:assert/strict";',
    'import { test } from "node:test";',
    `import { ${imports} } from "../src/${from}.ts";`,
    "",
    ...bodies,
  ].join("\n");
}
