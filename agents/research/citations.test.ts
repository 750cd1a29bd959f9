import * as fc from "fast-check";
import { expect, test } from "vitest";
import { citationsIn } from "./citations.ts";

test("each link is cited for the sentence that it stands in or behind", () => {
  const report = [
    "# Moons",
    "Saturn has 146 known moons [NASA](https://nasa.test/moons). Jupiter has 95.",
    "",
    "- Titan has a dense atmosphere of nitrogen. (https://esa.test/titan)",
    "- Its pressure is 1.5 bar.[^p]",
    "",
    "Europa may hide [an ocean][1] below its ice.",
    "",
    "## Sources",
    "- [NASA](https://nasa.test/moons)",
    "",
    "[^p]: https://esa.test/pressure",
    "[1]: https://jpl.test/europa",
  ].join("\n");
  expect(citationsIn(report)).toEqual([
    { url: "https://nasa.test/moons", claim: "Saturn has 146 known moons NASA ." },
    {
      url: "https://esa.test/titan",
      claim: "Titan has a dense atmosphere of nitrogen.",
    },
    { url: "https://esa.test/pressure", claim: "Its pressure is 1.5 bar. ^p" },
    { url: "https://jpl.test/europa", claim: "Europa may hide an ocean below its ice." },
    { url: "https://nasa.test/moons", claim: "" },
  ]);
});

test("an address in code is no citation, and none is looked at twice for the same claim", () => {
  const report =
    "Run this command now:\n\n```\ncurl https://a.test/x\n```\n\nIt uses `https://b.test`.";
  expect(citationsIn(report)).toEqual([]);
  const twice = "Water boils at 100 degrees (https://a.test/), see https://a.test/.";
  expect(citationsIn(twice)).toHaveLength(1);
});

test("any text is read in good time, and no more than forty citations of it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("[", "](", "https://a.test/", ")", ". A", "\n", "<", "`")),
      (parts) => {
        expect(citationsIn(parts.join("")).length).toBeLessThanOrEqual(40);
      },
    ),
  );
  const many = Array.from({ length: 500 }, (_, at) => `This is claim ${at} https://a.test/${at}.`);
  expect(citationsIn(many.join("\n\n"))).toHaveLength(40);
});
