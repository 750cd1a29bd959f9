import { expect, test } from "vitest";
import { readDiff } from "./unified-diff.ts";

test("each line has its number in the file as it is afterwards", () => {
  const diff = `diff --git a/a.js b/a.js
index 1..2 100644
--- a/a.js
+++ b/a.js
@@ -9,3 +9,3 @@ function before() {
 one
-two
+three
 four
@@ -40 +40,2 @@
-five
+six
+seven
`;
  const lines = readDiff(diff).flatMap((file) => file.lines);
  expect(lines.map(({ kind, text, at }) => `${at} ${kind} ${text}`)).toEqual([
    "9 kept one",
    "10 removed two",
    "10 added three",
    "11 kept four",
    "40 removed five",
    "40 added six",
    "41 added seven",
  ]);
});

test("no line of content passes for a header, and no word of git's for content", () => {
  const diff = `diff --git a/a.js b/a.js
--- a/a.js
+++ b/a.js
@@ -1,3 +1,3 @@
 one
+@@ -1 +50,9 @@
--- a/b.js
-++ b/b.js
+two
\\ No newline at end of file
`;
  expect(readDiff(diff)).toMatchObject([
    {
      path: "a.js",
      isNew: false,
      isGone: false,
      lines: [
        { text: "one" },
        { text: "@@ -1 +50,9 @@" },
        { text: "-- a/b.js" },
        { text: "++ b/b.js" },
        { text: "two" },
      ],
    },
  ]);
});

test("what is new and what is gone is told, by git's words or by its paths", () => {
  const diff = `diff --git a/new.js b/new.js
new file mode 100644
--- /dev/null
+++ b/new.js
@@ -0,0 +1 @@
+one
diff --git "a/of \\303\\244.js" "b/of \\303\\244.js"
deleted file mode 100644
--- "a/of \\303\\244.js"
+++ /dev/null
@@ -1 +0,0 @@
-one
`;
  expect(readDiff(diff)).toMatchObject([
    { path: "new.js", isNew: true, isGone: false, lines: [{ kind: "added", at: 1 }] },
    { isNew: false, isGone: true, lines: [{ kind: "removed", text: "one" }] },
  ]);
  expect(readDiff("--- a/x.js\n+++ b/x.js\n@@ -1 +1 @@\n-a\n+b\n")).toMatchObject([
    { path: "x.js", lines: [{ text: "a" }, { text: "b" }] },
  ]);
});
