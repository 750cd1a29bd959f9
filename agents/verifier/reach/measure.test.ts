import { expect, test } from "vitest";
import { measureOf } from "./measure.ts";

test.each([
  ["node --test", /node --test --experimental-test-coverage .*lcov\.info$/],
  [
    "FORCE_COLOR=0 node --no-warnings --test test/",
    /--no-warnings --test --exp.*lcov\.info test\/$/,
  ],
  ['node --test "test/**/*.test.js"', /lcov\.info "test\/\*\*\/\*\.test\.js"$/],
  [
    "npx vitest run",
    /coverage-\$name.*npx vitest run --coverage\.enabled .*else npx vitest run; fi/,
  ],
  ["jest --ci", /jest --ci --coverage .*--coverageThreshold='\{\}'$/],
  [
    "python -m pytest -q",
    /if python -c 'import pytest_cov'.*--cov .*else python -m pytest -q; fi$/,
  ],
  ["go test -race ./...", /go test -coverprofile=\S+cover\.out -race \.\/\.\.\.$/],
])("%s is run so that it tells which lines it ran", (command, line) => {
  const measure = measureOf(command, null);
  expect(measure?.command).toMatch(line);
  expect(measure?.command).toContain("mkdir -p node_modules/.nightshift/coverage && ");
});

test.each([
  ["is two commands", "tsc && node --test"],
  ["pipes", "node --test | tee log"],
  ["ends in a comment", "vitest run # all"],
  ["writes a report of its own", "node --test --test-reporter=tap"],
  ["measures already", "jest --coverage"],
  ["measures already, in Python", "pytest --cov=src"],
  ["is no runner that is known", "make check"],
  ["watches", "vitest watch"],
  ["only has the name of one", "./vitest-like run"],
])("a command that %s is left as it is", (_, command) => {
  expect(measureOf(command, null)).toBeNull();
});

test("a script stands for what it runs, with the programs of the packages first", () => {
  const manifest = (scripts: Record<string, string>) => JSON.stringify({ scripts });
  const measure = measureOf("npm test", manifest({ test: "node --test" }));
  expect(measure?.command).toMatch(/^PATH="\$PWD\/node_modules\/\.bin:\$PATH".* node --test /);
  expect(measureOf("pnpm run test:unit", manifest({ "test:unit": "jest" }))).not.toBeNull();
  expect(measureOf("npm test", manifest({ test: "node --test", pretest: "tsc" }))).toBeNull();
  expect(measureOf("npm test", manifest({}))).toBeNull();
  expect(measureOf("npm test", null)).toBeNull();
});
