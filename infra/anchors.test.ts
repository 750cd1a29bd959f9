import { expect, test } from "vitest";
import { readAnchors } from "./anchors.ts";

test("each kind of output has its criteria, and examples of 9, 6 and 3 (C21, D27)", async () => {
  const { version, ...rubrics } = await readAnchors();
  expect(version).toMatch(/^\d{4}-\d{2}-\d+$/);
  for (const { criteria, anchors } of Object.values(rubrics)) {
    expect(criteria.length).toBeGreaterThanOrEqual(4);
    expect(anchors.map(({ score }) => score)).toEqual([9, 6, 3]);
    expect(anchors.every(({ example }) => example.length > 100)).toBe(true);
  }
});
