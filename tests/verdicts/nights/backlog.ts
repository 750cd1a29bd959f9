/** A task of the backlog: what is asked, the test that shows it, and an answer that passes. */
export type Wanted = { name: string; title: string; test: string; answer: string };

const wanted = (name: string, title: string, test: string, answer: string): Wanted => {
  return { name, title, test, answer };
};

/** Small functions, each in a file of its own, each with a test that waits for it. */
export const BACKLOG: readonly Wanted[] = [
  wanted(
    "clamp",
    "Keep a number between two bounds",
    "clamp(9, 1, 5) === 5",
    "(n, low, high) => Math.min(high, Math.max(low, n))",
  ),
  wanted(
    "median",
    "Find the middle value of a list",
    "median([3, 1, 2]) === 2",
    "(list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]",
  ),
  wanted(
    "slugify",
    "Turn a headline into part of an address",
    'slugify("Big News!") === "big-news"',
    '(text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")',
  ),
  wanted(
    "chunk",
    "Cut an array into pieces of one size",
    "chunk([1, 2, 3], 2).length === 2",
    "(items, size) => items.flatMap((_, i) => (i % size === 0 ? [items.slice(i, i + size)] : []))",
  ),
  wanted(
    "gcd",
    "Greatest common divisor by Euclid",
    "gcd(12, 18) === 6",
    "function gcd(a, b) {\n  return b === 0 ? a : gcd(b, a % b);\n}",
  ),
  wanted(
    "isPalindrome",
    "Tell whether a word reads the same backwards",
    'isPalindrome("level") && !isPalindrome("bevel")',
    '(word) => word === [...word].reverse().join("")',
  ),
  wanted(
    "toRoman",
    "Write years the way the Romans did",
    'toRoman(14) === "XIV"',
    '(n) => [[10, "X"], [9, "IX"], [5, "V"], [4, "IV"], [1, "I"]].reduce(([left, out], [value, sign]) => [left % value, out + sign.repeat(Math.floor(left / value))], [n, ""])[1]',
  ),
  wanted(
    "countVowels",
    "Number of vowels in a sentence",
    'countVowels("a big idea") === 5',
    "(text) => (text.match(/[aeiou]/gi) ?? []).length",
  ),
  wanted(
    "celsius",
    "Convert Fahrenheit temperatures",
    "celsius(212) === 100",
    "(fahrenheit) => ((fahrenheit - 32) * 5) / 9",
  ),
  wanted(
    "zip",
    "Pair up the entries of two arrays",
    "zip([1], [2])[0][1] === 2",
    "(left, right) => left.map((one, i) => [one, right[i]])",
  ),
  wanted(
    "isLeapYear",
    "Decide which Februaries have 29 days",
    "isLeapYear(2024) && !isLeapYear(1900)",
    "(year) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0",
  ),
  wanted(
    "hexColor",
    "Red, green and blue as a web colour",
    'hexColor(255, 0, 16) === "#ff0010"',
    '(...parts) => "#" + parts.map((n) => n.toString(16).padStart(2, "0")).join("")',
  ),
  wanted(
    "luhn",
    "Check the last digit of a card number",
    'luhn("79927398713") && !luhn("79927398710")',
    "(digits) => [...digits].reverse().reduce((sum, d, i) => sum + (i % 2 ? (d * 2 > 9 ? d * 2 - 9 : d * 2) : Number(d)), 0) % 10 === 0",
  ),
  wanted(
    "groupBy",
    "Sort objects into drawers by a key",
    'groupBy([{ k: "a" }], "k").a.length === 1',
    "(items, key) => Object.groupBy(items, (item) => item[key])",
  ),
  wanted(
    "rot13",
    "Caesar's cipher by half the alphabet",
    'rot13("nop") === "abc"',
    "(text) => text.replace(/[a-z]/g, (c) => String.fromCharCode(((c.charCodeAt(0) - 84) % 26) + 97))",
  ),
  wanted(
    "range",
    "Whole numbers from one to another",
    'range(2, 4).join() === "2,3,4"',
    "(from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i)",
  ),
  wanted(
    "initials",
    "First letters of a person's names",
    'initials("Ada King Lovelace") === "AKL"',
    '(name) => name.split(" ").map((part) => part[0]).join("")',
  ),
  wanted(
    "debounceKey",
    "Stable cache key from an options object",
    'debounceKey({ b: 1, a: 2 }) === \'[["a",2],["b",1]]\'',
    "(options) => JSON.stringify(Object.entries(options).sort())",
  ),
  wanted(
    "parseQuery",
    "Read the parameters behind a question mark",
    'parseQuery("?a=1&b=2").b === "2"',
    "(query) => Object.fromEntries(new URLSearchParams(query))",
  ),
  wanted(
    "ordinal",
    "English endings: 1st, 2nd, 3rd, 11th",
    'ordinal(22) === "22nd" && ordinal(11) === "11th"',
    '(n) => n + (n % 100 > 10 && n % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th"))',
  ),
];

export function testOf({ name, test }: Wanted): string {
  return `import assert from "node:assert";
import { test } from "node:test";
import { ${name} } from "../src/${name}.js";
test("${name}", () => assert.ok(${test}));
`;
}

export function answerOf({ name, answer }: Wanted): string {
  const declared = answer.startsWith("function") ? answer : `const ${name} = ${answer};`;
  return `export ${declared}\n`;
}
