import { manifestOf } from "../rules/files/manifest.ts";

/** How a test command is run so that it also tells which lines it ran through. */
export type Measure = {
  /** A line for the shell; without the tool it is the plain command and leaves no report. */
  command: string;
  /** Where the report lies in the checkout. */
  report: string;
  form: "lcov" | "go-profile";
  language: "javascript" | "python" | "go";
};

/** Git sees nothing of it, and no runner looks for tests there. */
const FOLDER = "node_modules/.nightshift/coverage";
const LCOV = `${FOLDER}/lcov.info`;
const PROFILE = `${FOLDER}/cover.out`;
/** What would make another command of a line when something is put into it. */
const SHELL = /[;&|<>$`(){}\\#\n]/;
const SETS = String.raw`^((?:\w+=[\w./:-]*\s+)*`;

/**
 * How to measure a test command, by what the command is; null for a command that is not one plain
 * run of a runner that is known here, and for one that has reports of its own.
 * @param manifest The package.json of the commit: a script stands for what it runs.
 */
export function measureOf(command: string, manifest: string | null): Measure | null {
  const script = scriptOf(command.trim(), manifest);
  const line = script ?? command.trim();
  if (SHELL.test(line)) return null;
  for (const runner of [nodeTest, vitest, jest, pytest, goTest]) {
    const measure = runner(line);
    if (measure === null) continue;
    // Package managers put the programs of the packages first for what a script runs.
    const path = script === null ? "" : 'PATH="$PWD/node_modules/.bin:$PATH"; export PATH; ';
    return { ...measure, command: `${path}mkdir -p ${FOLDER} && ${measure.command}` };
  }
  return null;
}

/** What `npm test` and its like run, unless something runs before or after it. */
function scriptOf(command: string, manifest: string | null): string | null {
  const named = /^(?:npm|pnpm|yarn)\s+(?:run\s+|run-script\s+)?(test[\w:-]*)$/.exec(command);
  const name = named?.[1];
  if (name === undefined || manifest === null) return null;
  const scripts = manifestOf(manifest)?.scripts ?? {};
  if (scripts[`pre${name}`] !== undefined || scripts[`post${name}`] !== undefined) return null;
  return scripts[name]?.trim() ?? null;
}

function nodeTest(line: string): Measure | null {
  const parts = new RegExp(`${SETS}node\\s+(?:-[\\w=./:-]+\\s+)*?--test)(?=\\s|$)(.*)$`).exec(line);
  if (!parts || /--test-reporter|--experimental-test-coverage|--watch/.test(line)) return null;
  const flags = [
    "--experimental-test-coverage",
    "--test-reporter=spec --test-reporter-destination=stdout",
    `--test-reporter=lcov --test-reporter-destination=${LCOV}`,
  ].join(" ");
  const command = `${parts[1]} ${flags}${parts[2]}`;
  return { command, report: LCOV, form: "lcov", language: "javascript" };
}

const THROUGH = String.raw`(?:npx\s+(?:--no-install\s+)?|(?:pnpm|yarn)\s+(?:exec\s+)?)?`;

/** Its providers of coverage are packages of their own. */
function vitest(line: string): Measure | null {
  if (!new RegExp(`${SETS}${THROUGH}vitest)(?=\\s|$)`).test(line)) return null;
  if (/--coverage|--watch|\bvitest\s+(?:dev|watch|bench)\b/.test(line)) return null;
  const flags = `--coverage.enabled --coverage.reporter=lcovonly --coverage.reportsDirectory=${FOLDER}`;
  const look =
    "tool=; for name in istanbul v8; do " +
    "if [ -e node_modules/@vitest/coverage-$name ]; then tool=$name; fi; done";
  const command = `{ ${look}; ${either('[ -n "$tool" ]', `${line} ${flags} --coverage.provider=$tool`, line)}; }`;
  return { command, report: LCOV, form: "lcov", language: "javascript" };
}

function jest(line: string): Measure | null {
  if (!new RegExp(`${SETS}${THROUGH}jest)(?=\\s|$)`).test(line)) return null;
  if (/--coverage|--watch/.test(line)) return null;
  const flags = `--coverage --coverageReporters=lcovonly --coverageDirectory=${FOLDER}`;
  const command = `${line} ${flags} --coverageThreshold='{}'`;
  return { command, report: LCOV, form: "lcov", language: "javascript" };
}

function pytest(line: string): Measure | null {
  if (!new RegExp(`${SETS}(?:python3?\\s+-m\\s+)?pytest)(?=\\s|$)`).test(line)) return null;
  if (/--(?:no-)?cov/.test(line)) return null;
  const python = /\b(python3?)\s+-m\b/.exec(line)?.[1] ?? "python3";
  const flags = `--cov --cov-report=lcov:${LCOV} --cov-fail-under=0`;
  const there = `${python} -c 'import pytest_cov' 2>/dev/null`;
  const command = either(there, `${line} ${flags}`, line);
  return { command, report: LCOV, form: "lcov", language: "python" };
}

function goTest(line: string): Measure | null {
  const parts = new RegExp(`${SETS}go\\s+test)(?=\\s|$)(.*)$`).exec(line);
  if (!parts || /\s-?-(?:cover\w*|c|bench|fuzz)\b/.test(line)) return null;
  const command = `${parts[1]} -coverprofile=${PROFILE}${parts[2]}`;
  return { command, report: PROFILE, form: "go-profile", language: "go" };
}

function either(there: string, measured: string, plain: string): string {
  return `if ${there}; then ${measured}; else ${plain}; fi`;
}
