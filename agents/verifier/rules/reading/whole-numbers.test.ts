import { expect, test } from "vitest";
import { ofLargeNumbers } from "./whole-numbers.ts";

test("squares of squares are no larger than anything that somebody wrote", () => {
  const squares: ReturnType<typeof ofLargeNumbers>[] = [123_456_789_123_456_789n];
  for (let n = 0; n < 40; n += 1)
    squares.push(ofLargeNumbers("*", squares.at(-1) ?? null, squares.at(-1) ?? null));
  expect(typeof squares[5]).toBe("bigint");
  expect(squares.at(-1)).toBeNull();
});

test("a number that is shifted over and over ends as none", () => {
  let shifted: ReturnType<typeof ofLargeNumbers> = 1n;
  for (let n = 0; n < 40; n += 1) shifted = ofLargeNumbers("<<", shifted, 1_024);
  expect(shifted).toBeNull();
  expect(ofLargeNumbers("<<", 0x2d53, 20)).toBe(0x2d53 * 2 ** 20);
});
