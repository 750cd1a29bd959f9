/** Small real repositories, each with a task whose test waits in `pending/`. */
export type Project = {
  files: Readonly<Record<string, string>>;
  testCommand: string;
  success: string;
  title: string;
};

const MONEY = `const CENTS = 100;

/** An amount in cents as people write it. */
export function format(cents) {
  const units = Math.floor(cents / CENTS);
  const rest = Math.abs(cents % CENTS);
  return \`$\${units}.\${String(rest).padStart(2, "0")}\`;
}

export function parse(text) {
  const match = /^\\$(\\d+)\\.(\\d\\d)$/.exec(text);
  if (!match) throw new Error("not an amount: " + text);
  return Number(match[1]) * CENTS + Number(match[2]);
}

export function total(amounts) {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
`;

export const FIXED_MONEY = MONEY.replace(
  "  const units = Math.floor(cents / CENTS);\n",
  '  const sign = cents < 0 ? "-" : "";\n  const units = Math.floor(Math.abs(cents) / CENTS);\n',
).replace("return `$${", () => "return `${sign}$${");

export const MONEY_TEST = `import assert from "node:assert/strict";
import { test } from "node:test";
import { format, parse, total } from "../src/money.js";
import { amounts } from "./amounts.js";

test("whole amounts have two zeros", () => {
  assert.equal(format(1200), "$12.00");
});

test("cents have two digits", () => {
  assert.equal(format(1205), "$12.05");
  assert.equal(format(7), "$0.07");
});

test("what is written can be read", () => {
  for (const amount of amounts) assert.equal(parse(format(amount)), amount);
});

test("amounts are added up", () => {
  assert.equal(total([1, 2, 3]), 6);
});
`;

export const PENDING_TEST = `import assert from "node:assert/strict";
import { test } from "node:test";
import { format } from "../src/money.js";

test("the sign comes first", () => {
  assert.equal(format(-1234), "-$12.34");
});

test("less than a unit has its sign too", () => {
  assert.equal(format(-56), "-$0.56");
});
`;

export const NODE: Project = {
  title: "Write negative amounts with the sign first",
  testCommand: "node --test test/money.test.js",
  success: "node --test pending/negative.test.js",
  files: {
    "package.json": `${JSON.stringify(
      {
        name: "money",
        version: "1.0.0",
        type: "module",
        scripts: { test: "node --test test/money.test.js", lint: "node lint.js" },
      },
      null,
      2,
    )}\n`,
    "README.md": "# Money\n\nWrites amounts as people do.\n",
    "lint.js": 'console.log("clean");\n',
    "src/money.js": MONEY,
    "src/index.js": 'export * from "./money.js";\n',
    "test/amounts.js": "export const amounts = [0, 5, 100, 12_345];\n",
    "test/money.test.js": MONEY_TEST,
    "pending/negative.test.js": PENDING_TEST,
  },
};

const SLUG = `"""Names for addresses."""

import re


def slug(text):
    """The text in small letters, its words joined by dashes."""
    return "-".join(re.findall(r"[a-z0-9]+", text))


def title(text):
    return " ".join(word.capitalize() for word in text.split("-"))
`;

export const FIXED_SLUG = SLUG.replace('+", text)', '+", text.lower())');

export const SLUG_TEST = `from slug import slug, title


def test_words_are_joined():
    assert slug("two words") == "two-words"


def test_marks_go():
    assert slug("a, b") == "a-b"
    assert slug("c!") == "c"


def test_title():
    assert title("two-words") == "Two Words"
`;

export const PYTHON: Project = {
  title: "Write slugs in small letters",
  testCommand: "python3 -m pytest -v -p no:cacheprovider tests",
  success: "python3 -m pytest -v -p no:cacheprovider pending/test_capitals.py",
  files: {
    "slug.py": SLUG,
    "conftest.py": "",
    "pytest.ini": "[pytest]\npythonpath = .\n",
    "tests/test_slug.py": SLUG_TEST,
    "pending/test_capitals.py": `from slug import slug


def test_capitals_become_small():
    assert slug("Hello World") == "hello-world"


def test_shouting():
    assert slug("STOP NOW") == "stop-now"
`,
  },
};
