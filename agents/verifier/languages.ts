import { matchesAny } from "./glob.ts";

export type Language =
  | "javascript"
  | "markup"
  | "python"
  | "go"
  | "ruby"
  | "java"
  | "rust"
  | "shell"
  | "other-code"
  | "text";

const BY_EXTENSION: ReadonlyMap<string, Language> = new Map([
  ...list("javascript", "js mjs cjs jsx ts mts cts tsx"),
  ...list("markup", "html htm vue svelte astro"),
  ...list("python", "py pyw pyi"),
  ...list("go", "go"),
  ...list("ruby", "rb rake gemspec ru"),
  ...list("shell", "sh bash zsh ksh fish command bats"),
  ...list("java", "java"),
  ...list("rust", "rs"),
  ...list("other-code", "php kt kts scala c cc cpp h hpp cs swift pl pm lua dart ex exs ps1"),
]);

const BY_NAME: ReadonlyMap<string, Language> = new Map([
  ...list("shell", "makefile gnumakefile dockerfile justfile"),
  ...list("ruby", "gemfile rakefile"),
  ...list("other-code", "jenkinsfile"),
]);

const INTERPRETERS: readonly [RegExp, Language][] = [
  [/^#!.*\b(?:ba|z|k|da)?sh\b/, "shell"],
  [/^#!.*\b(?:node|deno|bun|tsx)\b/, "javascript"],
  [/^#!.*\bpython[\d.]*\b/, "python"],
  [/^#!.*\bruby\b/, "ruby"],
  [/^#!/, "other-code"],
];

function list(language: Language, words: string): [string, Language][] {
  return words.split(" ").map((word) => [word, language]);
}

/** The language of a file by its name, else by the interpreter that its first line asks for. */
export function languageOf(path: string, text: string): Language {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const byName = BY_NAME.get(name) ?? (name.startsWith("dockerfile.") ? "shell" : undefined);
  const dot = name.lastIndexOf(".");
  const byExtension = dot > 0 ? BY_EXTENSION.get(name.slice(dot + 1)) : undefined;
  if (byName ?? byExtension) return byName ?? byExtension ?? "text";
  const first = text.slice(0, 200).split("\n", 1)[0] ?? "";
  return INTERPRETERS.find(([line]) => line.test(first))?.[1] ?? "text";
}

const TESTS = [
  "**/*.{test,spec,e2e,cy}.*",
  "**/{test,tests,__tests__,spec}/**",
  "**/test_*.py",
  "**/*_test.{py,go,rb,exs,dart}",
  "**/*_spec.rb",
  "**/*{Test,Tests}.{java,kt,cs,php,swift}",
];
const TEST_DATA = ["**/__snapshots__/**", "**/*.snap"];

/** Whether a file holds tests, by the customs of the common runners. */
export function isTest(path: string): boolean {
  return matchesAny(path, TESTS) || isSnapshot(path);
}

/** Whether a file holds recorded expectations rather than tests. */
export function isSnapshot(path: string): boolean {
  return matchesAny(path, TEST_DATA);
}

const LOCKS = [
  "**/{package-lock.json,npm-shrinkwrap.json,pnpm-lock.yaml,yarn.lock,bun.lock,deno.lock}",
  "**/{poetry.lock,uv.lock,Pipfile.lock,Cargo.lock,Gemfile.lock,composer.lock,go.sum}",
];

/** Whether a file is written by a package manager, not by hand. */
export function isLock(path: string): boolean {
  return matchesAny(path, LOCKS);
}
