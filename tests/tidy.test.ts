import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What each package may import of ours: the floors below it (DESIGN: The house). */
const BELOW: Record<string, readonly string[]> = {
  protocol: [],
  blackboard: ["protocol"],
  projections: ["protocol"],
  agents: ["protocol", "blackboard", "projections"],
  infra: ["protocol", "blackboard", "projections", "agents"],
  tests: ["protocol", "blackboard", "projections", "agents", "infra"],
};
const PURE = new Set(["protocol", "blackboard", "projections", "agents"]);
const LINES_MAX = 300;
const MEDIAN_LINES_MAX = 120;

type Source = { path: string; owner: string; text: string; lines: number };

const sources = Object.keys(BELOW).flatMap((owner) => sourcesIn(join(root, owner), owner));

test("the top level is the six packages and the usual root files", () => {
  const known = new Set([
    ...Object.keys(BELOW),
    ".ci",
    ".git",
    ".github",
    ".gitignore",
    ".oxfmtrc.json",
    ".oxlintrc.json",
    "AGENTS.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "DECISIONS.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "STYLE.md",
    "knip.json",
    "node_modules",
    "package.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "tsconfig.json",
    "vitest.config.ts",
  ]);
  expect(readdirSync(root).filter((name) => !known.has(name))).toEqual([]);
});

test("a package imports only from floors below it", () => {
  const wrong = sources.flatMap(({ path, owner, text }) =>
    importsOf(text)
      .filter((name) => name.startsWith("@nightshift/"))
      .map((name) => name.split("/")[1] ?? "")
      .filter((floor) => floor !== owner && !BELOW[owner]?.includes(floor))
      .map((floor) => `${path} imports ${floor}`),
  );
  expect(wrong).toEqual([]);
});

test("each package.json lists only the floors below it", () => {
  for (const [owner, below] of Object.entries(BELOW)) {
    const { dependencies = {} } = JSON.parse(
      readFileSync(join(root, owner, "package.json"), "utf8"),
    );
    const ours = Object.keys(dependencies).filter((name) => name.startsWith("@nightshift/"));
    const allowed = new Set(below.map((floor) => `@nightshift/${floor}`));
    expect(
      ours.filter((name) => !allowed.has(name)),
      owner,
    ).toEqual([]);
  }
});

test("nothing leaves its package by a relative path", () => {
  const wrong = sources.flatMap(({ path, owner, text }) =>
    importsOf(text)
      .filter((name) => name.startsWith("."))
      .filter((name) => !join(dirname(path), name).startsWith(`${owner}/`))
      .map((name) => `${path} imports ${name}`),
  );
  expect(wrong).toEqual([]);
});

test("below infra nothing touches the world", () => {
  const world =
    /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(|\bprocess\.|\bfetch\(/;
  const wrong = sources
    .filter(({ owner, path }) => PURE.has(owner) && !isTest(path))
    .flatMap(({ path, text }) => {
      const node = importsOf(text).filter((name) => name.startsWith("node:"));
      const comments = /\/\*[\s\S]*?\*\/|\/\/.*/g;
      const touch = world.exec(withoutText(text).replaceAll(comments, ""))?.[0];
      return [...node, ...(touch === undefined ? [] : [touch])].map((what) => `${path}: ${what}`);
    });
  expect(wrong).toEqual([]);
});

test("protocol imports zod alone", () => {
  const wrong = sources
    .filter(({ owner, path }) => owner === "protocol" && !isTest(path))
    .flatMap(({ path, text }) =>
      importsOf(text)
        .filter((name) => !name.startsWith(".") && name !== "zod")
        .map((name) => `${path} imports ${name}`),
    );
  expect(wrong).toEqual([]);
});

test(`no file is over ${LINES_MAX} lines, and the median is at most ${MEDIAN_LINES_MAX}`, () => {
  expect(sources.filter(({ lines }) => lines > LINES_MAX).map(({ path }) => path)).toEqual([]);
  const sorted = sources.filter(({ path }) => !isTest(path)).map(({ lines }) => lines);
  sorted.sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(MEDIAN_LINES_MAX);
});

test("what the documents name of the tree is there", () => {
  const gone = ["ARCHITECTURE.md", "DECISIONS.md", "README.md", "SECURITY.md", "AGENTS.md"].flatMap(
    (page) => {
      const named = readFileSync(join(root, page), "utf8").matchAll(/`([^`\n]+)`/g);
      const paths = [...named].flatMap(([, words = ""]) => words.split(" ").flatMap(alternatives));
      return paths.filter((path) => !isThere(path)).map((path) => `${page}: ${path}`);
    },
  );
  expect(gone).toEqual([]);
});

test("no test is switched off and no type is switched off", () => {
  const offTest = /\b(?:test|it|describe)\.(?:skip|only|todo)\(/;
  const offType =
    /\/[/*]\s*@ts-(?:ignore|expect-error|nocheck)|\bas any\b(?=\s*(?:[;,)\]}.>|&?:]|$))/m;
  const wrong = sources
    .filter(({ path }) => path !== "tests/tidy.test.ts" && !path.startsWith("infra/sim/"))
    .filter(
      ({ path, text }) =>
        offType.test(withoutText(text)) ||
        (path.endsWith(".test.ts") && offTest.test(withoutText(text))),
    )
    .map(({ path }) => path);
  expect(wrong).toEqual([]);
});

test("the packages of the sample library are not ours to lint, and everything else is", () => {
  expect(sources.some(({ path }) => path.includes("sim/sample/"))).toBe(false);
  expect(sources.length).toBeGreaterThan(100);
});

function sourcesIn(folder: string, owner: string): Source[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const skip = entry.name === "node_modules" || relative(root, path) === "infra/sim/sample";
      return skip ? [] : sourcesIn(path, owner);
    }
    if (!/\.(?:ts|tsx|mjs)$/.test(entry.name) || !statSync(path).isFile()) return [];
    const text = readFileSync(path, "utf8");
    return [{ path: relative(root, path), owner, text, lines: text.split("\n").length - 1 }];
  });
}

/** `a/{b,c}.ts` is `a/b.ts` and `a/c.ts`. */
function alternatives(path: string): string[] {
  const [, before = "", inside, after = ""] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(path) ?? [];
  if (inside === undefined) return [path];
  return inside.split(",").flatMap((one) => alternatives(`${before}${one}${after}`));
}

/** Whatever begins with one of the packages is a path; a name of a source file alone is one of ours. */
function isThere(path: string): boolean {
  if (/[<*…]/.test(path)) return true;
  const [top = ""] = path.split("/", 1);
  if (Object.hasOwn(BELOW, top) && path !== top) {
    return statSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
  }
  if (!/^[a-z-]+(?:\/[a-z-]+)*(?:\.test)?\.ts$/.test(path)) return true;
  return sources.some((source) => `/${source.path}`.endsWith(`/${path}`));
}

function importsOf(text: string): string[] {
  const pattern =
    /(?:^|\n)(?:import|export)\s[^;"']*?\sfrom\s+"([^"]+)"|(?:^|\n)import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

/** The code without what stands in strings, templates and patterns: samples there do nothing. */
function withoutText(text: string): string {
  return text.replaceAll(/`[^`]*`|"[^"\n]*"|'[^'\n]*'|\/(?![/*])(?:\\.|[^/\n])+\/[a-z]*/g, '""');
}

function isTest(path: string): boolean {
  return /\.test\.ts$|-contract\.ts$|\/testing\//.test(path);
}
