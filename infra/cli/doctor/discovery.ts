import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** What a repository says about its tests and its dependencies, and which file says so. */
export type Discovery = {
  test: Found | null;
  /** Null where nothing has to be installed. */
  prepare: Found | null;
};

export type Found = { command: string; from: string };

/** Looks at the files of a repository; runs nothing. */
export function discover(top: string): Discovery {
  for (const look of [node, python, go, rust]) {
    const found = look(top);
    if (found?.test) return found;
  }
  return { test: make(top), prepare: null };
}

const Manifest = z.object({
  scripts: z.record(z.string(), z.string()).optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
});

/** The script that npm writes where there are no tests: it fails by design. */
const NO_TEST = /no test specified/;
const RUNNERS = ["vitest", "jest", "mocha", "ava", "playwright", "tap", "node --test", "bun test"];

function node(top: string): Discovery | null {
  const manifest = Manifest.safeParse(parseJson(read(top, "package.json")));
  if (!manifest.success) return null;
  const { scripts, dependencies, devDependencies } = manifest.data;
  const script = scripts?.["test"];
  const tool = packageTool(top);
  const needed = Object.keys({ ...dependencies, ...devDependencies }).length > 0;
  const usable = script !== undefined && !NO_TEST.test(script);
  const runner = RUNNERS.find((name) => script?.includes(name));
  const from = `package.json${runner === undefined ? "" : `, which runs ${runner}`}`;
  return {
    test: usable ? { command: `${tool.name} test`, from } : null,
    prepare: needed ? { command: tool.install, from: tool.from } : null,
  };
}

type Tool = { name: string; install: string; from: string };

function packageTool(top: string): Tool {
  const yarn = existsSync(join(top, ".yarnrc.yml")) ? "--immutable" : "--frozen-lockfile";
  const tools: readonly Tool[] = [
    { name: "pnpm", install: "pnpm install --frozen-lockfile", from: "pnpm-lock.yaml" },
    { name: "yarn", install: `yarn install ${yarn}`, from: "yarn.lock" },
    { name: "bun", install: "bun install --frozen-lockfile", from: "bun.lock" },
    { name: "npm", install: "npm ci", from: "package-lock.json" },
    { name: "npm", install: "npm ci", from: "npm-shrinkwrap.json" },
  ];
  const known = tools.find(({ from }) => existsSync(join(top, from)));
  return (
    known ?? { name: "npm", install: "npm install", from: "package.json, without a lock file" }
  );
}

function python(top: string): Discovery | null {
  const says = ["pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"].find((file) => {
    return file === "pytest.ini" ? existsSync(join(top, file)) : /pytest/.test(read(top, file));
  });
  const from =
    says ?? ["tests/conftest.py", "conftest.py"].find((file) => existsSync(join(top, file)));
  if (from === undefined) return null;
  if (existsSync(join(top, "uv.lock"))) {
    return {
      test: { command: "uv run --no-sync pytest", from },
      prepare: { command: "uv sync --frozen", from: "uv.lock" },
    };
  }
  if (existsSync(join(top, "requirements.txt"))) {
    const install = "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt";
    return {
      test: { command: ".venv/bin/python -m pytest", from },
      prepare: { command: install, from: "requirements.txt" },
    };
  }
  return { test: { command: "python3 -m pytest", from }, prepare: null };
}

function go(top: string): Discovery | null {
  if (!existsSync(join(top, "go.mod"))) return null;
  const needed = existsSync(join(top, "go.sum"));
  const prepare = needed ? { command: "go mod download", from: "go.sum" } : null;
  return { test: { command: "go test ./...", from: "go.mod" }, prepare };
}

function rust(top: string): Discovery | null {
  if (!existsSync(join(top, "Cargo.toml"))) return null;
  const needed = /^\[(?:dev-|build-)?dependencies/m.test(read(top, "Cargo.toml"));
  const prepare = needed ? { command: "cargo fetch", from: "Cargo.toml" } : null;
  return { test: { command: "cargo test", from: "Cargo.toml" }, prepare };
}

function make(top: string): Found | null {
  const file = ["Makefile", "makefile", "GNUmakefile"].find((name) =>
    /^test\s*:/m.test(read(top, name)),
  );
  return file === undefined ? null : { command: "make test", from: file };
}

/** Files of more than this describe no repository. */
const CHARS_MAX = 1_000_000;

function read(top: string, file: string): string {
  const path = join(top, file);
  return existsSync(path) ? readFileSync(path, "utf8").slice(0, CHARS_MAX) : "";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
