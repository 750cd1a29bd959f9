import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LINE_CHARS_MAX, markdown } from "./markdown.ts";
import { plain } from "./plain.ts";

test("markup, HTML and links come out as text", () => {
  expect(markdown("<script>alert(1)</script>")).toBe("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(markdown("![x](javascript:y) **b** `c`")).toBe(
    String.raw`!\[x\](javascript:y) \*\*b\*\* \`c\``,
  );
  expect(markdown("see https://evil.test and www.evil.test, a@b.test")).toBe(
    String.raw`see https\://evil.test and www\.evil.test, a\@b.test`,
  );
  expect(markdown("# not a heading")).toBe(String.raw`\# not a heading`);
  expect(markdown("1. not a list")).toBe(String.raw`1\. not a list`);
  expect(markdown("- not a list")).toBe(String.raw`\- not a list`);
  expect(markdown("$x$ costs $0.04")).toBe(String.raw`\$x\$ costs $0.04`);
  expect(markdown("a | b")).toBe(String.raw`a \| b`);
});

test("honest text stays as it is", () => {
  expect(markdown("Fix the parser: 3 of 4 cases (see src/a.ts)")).toBe(
    "Fix the parser: 3 of 4 cases (see src/a.ts)",
  );
  expect(plain("Prüfe größere Fälle, 日本語", 100)).toBe("Prüfe größere Fälle, 日本語");
});

test("escape sequences, controls and hidden characters vanish", () => {
  expect(
    plain("\u001b[31mred\u001b[0m \u001b]0;title\u0007x\u001b]8;;http://e\u001b\\link", 100),
  ).toBe("red xlink");
  expect(plain("a\u0000b\nc\r\nd\te\u2028f", 100)).toBe("a b c d e f");
  expect(plain("\u202egnp.exe\u2066\u200b\ufeff", 100)).toBe("gnp.exe");
  expect(plain("\u009b2Jx\u001b", 100)).toBe("x");
});

test("whatever it is given, a line is short and holds no control character", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.integer({ min: 1, max: 80 }),
      (text, max) => {
        const line = plain(`\u001b[1m${text}`, max);
        expect(Array.from(line).length).toBeLessThanOrEqual(max);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(plain(line, max)).toBe(line);
      },
    ),
  );
});

test("nothing of a text can open markup: every such character has its backslash or entity", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."\\`*_[]<>&|~!#:/@w. a1-".split("")) }),
      (text) => {
        const bare = markdown(text)
          .replaceAll(/\\[^a-z0-9\s]/g, "")
          .replaceAll(/&(amp|lt|gt);/g, "");
        expect(bare).not.toMatch(/[`*_[\]<>&|~#\\]/);
        expect(markdown(text)).not.toMatch(/(^|[^\\]):\/\//);
      },
    ),
  );
});

test("a huge text is cut, at once", () => {
  const huge = "<b>".repeat(2_000_000);
  expect(markdown(huge).length).toBeLessThan(LINE_CHARS_MAX * 6);
  expect(plain(`\u001b]${"x".repeat(1_000_000)}`, 50)).toBe("");
});
