import type { TaskSpec } from "@nightshift/protocol/task";
import { identifiersOf } from "./sentences.ts";

type Asked = Pick<TaskSpec, "title" | "text">;
type Repo = { testCommand: string; paths: readonly string[] };

/**
 * A condition that could fit, for the question that a task without one is parked with (E1): a number
 * of coverage or the end of type errors where it speaks of them, else a test of what it names.
 */
export function conditionExample(asked: Asked, repo: Repo): string {
  return coverage(asked, repo) ?? typeErrors(asked, repo) ?? testOfIt(asked, repo);
}

const COVERAGE = /\bcoverage\b[^\n]{0,60}?\b(\d{1,3})\s?%|\b(\d{1,3})\s?%[^\n]{0,40}?\bcoverage\b/i;

function coverage({ title, text }: Asked, { testCommand }: Repo): string | null {
  const found = COVERAGE.exec(`${title}\n${text}`);
  const percent = Number(found?.[1] ?? found?.[2]);
  if (!(percent > 0 && percent <= 100)) return null;
  if (/\bvitest\b/.test(testCommand)) {
    return `npx vitest run --coverage --coverage.thresholds.lines=${percent}`;
  }
  if (/\bjest\b/.test(testCommand)) {
    return `npx jest --coverage --coverageThreshold='{"global":{"lines":${percent}}}'`;
  }
  if (/\bpytest\b/.test(testCommand)) return `pytest --cov --cov-fail-under=${percent}`;
  if (/\bnode\b.*--test\b/.test(testCommand)) {
    return `node --test --experimental-test-coverage --test-coverage-lines=${percent}`;
  }
  return null;
}

const TYPE_ERRORS = /\btype[- ]?(?:errors?|check(?:s|ing|ed)?|safe(?:ty)?)\b/i;

function typeErrors({ title, text }: Asked, { paths }: Repo): string | null {
  if (!TYPE_ERRORS.test(`${title}\n${text}`)) return null;
  const config = paths.find((path) => /(?:^|\/)tsconfig\.json$/.test(path));
  if (config !== undefined) return `npx tsc --noEmit -p ${config}`;
  return paths.some((path) => path.endsWith(".py")) ? "mypy ." : null;
}

/** The test of what the task names, made like the tests there are. */
function testOfIt({ title, text }: Asked, { testCommand, paths }: Repo): string {
  const named = identifiersOf(`${title}\n${text}`);
  const tests = paths.filter((path) => /(^|[/._-])(test|tests|spec)[/._-]/.test(path));
  const words = `${title} ${text}`.toLowerCase().match(/[\w-]+/g) ?? [];
  const stems = [...[...named.paths].map(stemOf), ...named.symbols, ...words];
  const known = stems.flatMap((stem) => tests.find((path) => stemOf(path) === stem) ?? [])[0];
  const stem = [...[...named.paths].map(stemOf), ...named.symbols][0] ?? "the-new-test";
  const [first] = tests;
  const like = first ? first.replace(/[^/]*?(?=\.[^/]*$|$)/, stem) : `test/${stem}.test.ts`;
  // `node --test "test/*.test.ts"` runs one file where the glob gives way to it.
  const runner = testCommand.replaceAll(/\s+\S*\*\S*/g, "");
  const dashes = /^(npm|pnpm|yarn)\b/.test(runner) ? " --" : "";
  return `${runner}${dashes} ${known ?? like}`;
}

/** The name of a file without its endings, in lower case. */
export function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return name.split(".")[0] || name;
}
