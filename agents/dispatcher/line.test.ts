import { expect, test } from "vitest";
import { createLine } from "./line.ts";

test("work of one key runs one after the other, other keys beside it", async () => {
  const oneAtATime = createLine();
  const seen: string[] = [];
  const work = (name: string, ticks: number) => async () => {
    seen.push(`${name}>`);
    for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
    seen.push(`<${name}`);
    return name;
  };
  const results = await Promise.all([
    oneAtATime("repo", work("a", 9)),
    oneAtATime("repo", work("b", 1)),
    oneAtATime("other", work("c", 1)),
  ]);
  expect(results).toEqual(["a", "b", "c"]);
  expect(seen.indexOf("<a")).toBeLessThan(seen.indexOf("b>"));
  expect(seen.indexOf("c>")).toBeLessThan(seen.indexOf("<a"));
});

test("work that fails does not stop what waits behind it", async () => {
  const oneAtATime = createLine();
  const failed = oneAtATime("repo", () => Promise.reject(new Error("no")));
  const next = oneAtATime("repo", () => Promise.resolve("yes"));
  await expect(failed).rejects.toThrow("no");
  await expect(next).resolves.toBe("yes");
});
