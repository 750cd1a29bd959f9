import { expect, test } from "vitest";
import { disjoint } from "./scope.ts";

test("folders and files apart can never meet", () => {
  expect(disjoint(["src/a/**"], ["src/b/**"])).toBe(true);
  expect(disjoint(["src/a.ts", "docs/x.md"], ["test/**", "src/c.ts"])).toBe(true);
});

test("an empty scope is the whole repository", () => {
  expect(disjoint([], ["src/b/**"])).toBe(false);
  expect(disjoint(["src/b/**"], [])).toBe(false);
});

test("where a glob could reach the other it is taken to", () => {
  const other = ["src/a/deep/file.ts"];
  for (const glob of [
    "src/a/**",
    "src/*/deep/file.ts",
    "src/@(a|b)/deep/*",
    "src/{a,b}/x",
    "**",
    "*.ts",
    "SRC/A/deep/file.ts",
    "./src/a/deep/file.ts",
    "/src/a/deep/file.ts",
    "src/b/../a/deep/file.ts",
    "src//a/deep/file.ts",
    "src\\a\\deep\\file.ts",
    "!src/b/**",
    "",
  ]) {
    expect({ glob, apart: disjoint([glob], other) }).toEqual({ glob, apart: false });
    expect({ glob, apart: disjoint(other, [glob]) }).toEqual({ glob, apart: false });
  }
});
