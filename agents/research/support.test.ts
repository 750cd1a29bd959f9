import { expect, test } from "vitest";
import { supportFor } from "./support.ts";

const page = [
  "Moons of Saturn",
  "As of June 2023, Saturn has 146 known moons in its orbit.",
  "Titan is the largest of them and has a dense atmosphere of nitrogen.",
  "The library does not support streaming on Windows.",
  "Version 2.4 was released in 2021 and needs Node 18.",
  "The measured throughput was 1,200 requests a second.",
].join("\n");
const verdictOn = (claim: string) => supportFor(claim, page).verdict;

test("a page supports what one of its passages says with the same numbers", () => {
  expect(verdictOn("Saturn has 146 known moons")).toBe("supports");
  expect(verdictOn("Titan's atmosphere is dense and made of nitrogen")).toBe("supports");
  expect(verdictOn("It reached a throughput of 1200 requests per second")).toBe("supports");
  expect(verdictOn("The library doesn't support streaming on Windows")).toBe("supports");
});

test("other numbers or the opposite contradict it, and the passage is told", () => {
  const moons = supportFor("Saturn has 83 known moons", page);
  expect(moons).toMatchObject({ verdict: "contradicts", passage: expect.stringContaining("146") });
  expect(moons.why).toContain("not 83");
  expect(verdictOn("The library supports streaming on Windows")).toBe("contradicts");
  expect(verdictOn("Version 2.4 was released in 2019")).toBe("contradicts");
});

test("a page that speaks of something else says nothing, neither for nor against", () => {
  expect(verdictOn("Postgres holds its write-ahead log in 16 MB segments")).toBe("says-nothing");
  expect(supportFor("Saturn has 146 moons", "").verdict).toBe("says-nothing");
});
