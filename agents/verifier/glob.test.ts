import { expect, test } from "vitest";
import { matchesAny } from "./glob.ts";

test.each([
  ["src/a.ts", ["src/**"]],
  ["src/deep/er/a.ts", ["src/**/*.ts"]],
  ["src/a.ts", ["src/**/*.ts"]],
  ["src/a.ts", ["src"]],
  ["src/a.ts", ["./src/"]],
  ["README.md", ["readme.md"]],
  [".GitHub/workflows/ci.yml", [".github/**"]],
  ["a.yaml", ["*.{yml,yaml}"]],
  ["deep/conftest.py", ["**/conftest.py"]],
  ["conftest.py", ["**/conftest.py"]],
])("%s is named by %j", (path, globs) => expect(matchesAny(path, globs)).toBe(true));

test.each([
  ["src/a.ts", []],
  ["src/deep/a.ts", ["src/*.ts"]],
  ["source/a.ts", ["src"]],
  ["srcXa.ts", ["src.a.ts"]],
  ["lib/src/a.ts", ["src/**"]],
])("%s is not named by %j", (path, globs) => expect(matchesAny(path, globs)).toBe(false));
