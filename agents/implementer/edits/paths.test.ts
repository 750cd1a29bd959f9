import { expect, test } from "vitest";
import { pathProblem } from "./paths.ts";

test.each([
  ["../outside.ts", "leads out of the repository"],
  ["src/../../outside.ts", "leads out of the repository"],
  ["/etc/passwd", "is not relative to the repository"],
  ["~/.ssh/config", "is not relative to the repository"],
  ["C:/Windows/x", "is not relative to the repository"],
  ["src\\a.ts", "has a backslash or control character"],
  ["src/a\u0000.ts", "has a backslash or control character"],
  ["src//a.ts", "has an empty part"],
  ["./a.ts", "has an empty part"],
  [".git/hooks/pre-commit", "leads into git's own files"],
  ["src/.GIT/config", "leads into git's own files"],
  [".g\u200cit/config", "leads into git's own files"],
  ["git~1/config", "leads into git's own files"],
  ["src/con.ts", "is a reserved name"],
  ["a".repeat(301), "is longer than 300 characters"],
])("%j is refused at the first door already (I11)", (path, problem) =>
  expect(pathProblem(path)).toBe(problem),
);

test.each(["src/a.ts", ".github/x.yml", ".gitignore", "src/..a.ts", "a...b", "docs/ü 1.md"])(
  "%j is a path like any other",
  (path) => expect(pathProblem(path)).toBeNull(),
);
