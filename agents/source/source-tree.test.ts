import { expect, test } from "vitest";
import { faultsIn, sourceTree, Tangled } from "./source-tree.ts";

test("what parses has no faults, what is left open has one where it was left", () => {
  expect(faultsIn("a.ts", "export const a: number = 1;\n")).toEqual([]);
  expect(faultsIn("a.tsx", "export const a = () => <p>it's</p>;\n")).toEqual([]);
  expect(faultsIn("a.ts", "export function a() {\n  return 1;\n").length).toBeGreaterThan(0);
  expect(faultsIn("a.js", "const a = foo(\n").length).toBeGreaterThan(0);
});

test("text is read by the places of a tree, whatever letters stand before", () => {
  const tree = sourceTree("a.ts", "/* 😀é */ const name = 1;\n");
  const found = tree.root.find({ rule: { kind: "identifier" } });
  expect(found && tree.textOf(found)).toBe("name");
});

test("reading far more than a file holds ends with an error that can be told from others", () => {
  const tree = sourceTree("a.ts", `const a = "${"x".repeat(100_000)}";\n`);
  expect(() => {
    for (let time = 0; time < 100; time++) tree.textOf(tree.root);
  }).toThrow(Tangled);
});
