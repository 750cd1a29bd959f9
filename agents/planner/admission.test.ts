import { expect, test } from "vitest";
import { taskSpec } from "../testing/fixtures.ts";
import { admission } from "./admission.ts";

const repo = { testCommand: "node --test", paths: ["src/parser.ts", "src/words.ts", "README.md"] };
const condition = [{ kind: "command" as const, command: "node --test test/x.test.ts" }];

function reasonOf(title: string, spec: Parameters<typeof taskSpec>[0] = {}): string | null {
  const made = taskSpec({ title, text: "", success: condition, ...spec });
  return admission(made, repo)?.reason ?? null;
}

test.for([
  "Improve this",
  "Make it better",
  "make everything nicer!",
  "Fix the bugs",
  "Clean up the code",
  "Optimize performance",
  "Refactor",
  "Enhance the user experience somehow",
])("a task with nothing to hold on to is vague: %s", (title) => {
  expect(reasonOf(title)).toBe("vague");
});

test.for([
  "Improve the error messages of the date reader",
  "Improve README",
  "Make the parser faster",
  "Refactor `parseDate`",
  "Fix the crash in src/parser.ts",
  "Update dependencies",
  'Fix "cannot read properties of undefined"',
  "Clean up splitEvenly",
  "Wish a good night",
])("a task that names its object is not vague: %s", (title) => {
  expect(reasonOf(title)).toBeNull();
});

test.for([
  "Deploy to production",
  "Deploy the app to Vercel",
  "Fix the failing test and deploy.",
  "Build the docs, then publish the site",
  "Publish the package to npm",
  "Please release version 2.1",
  "Push the branch to origin",
  "Force-push main",
  "Drop the users table",
  "Delete all old customer records",
  "Wipe the production database",
  "Send the monthly newsletter",
  "Email all customers about the outage",
  "Refund the customers who paid twice",
  "Charge the card of order 17",
  "Run the migration on production",
  "Deploy the service and test it",
  "We need to deploy the service tonight",
  "- Tidy the changelog\n- Publish it to npm",
])("an order with effects outside that nothing takes back is parked: %s", (text) => {
  expect(reasonOf("Do the chores of `main`", { text })).toBe("irreversible");
});

test.for([
  "Document the deploy script",
  "Fix the deploy button",
  "Add a button to publish the page",
  "Add a script that deploys the app",
  "Write a script to build and deploy the app",
  "Publish an event on the bus when a cart changes",
  "Push items onto the stack",
  "Push the new node to the queue",
  "Delete the unused helper `twice`",
  "Delete the table component",
  "Drop support for Node 18",
  "Clear the cache entry when a key expires",
  "Send an error response for unknown routes",
  "Send the message event to all subscribers",
  "When an order is paid, send an email event",
  "Add a `sendMail` stub for the tests",
  "The service should send an email when the job fails",
  "Charge conversion: fix the rounding in `chargeOf`",
  "Explain how we deploy the app",
  "Test that release notes are sorted",
  "Fix the bug that users see in production",
  "Order the list by name",
  "Run the tests against the production build",
  "Switch to live reload",
  "Transfer the cursor state between nodes",
])("words about code are no orders: %s", (text) => {
  expect(reasonOf("Do the chores of `main`", { text })).toBeNull();
  expect(reasonOf(text)).toBeNull();
});

test.for([
  "npm publish",
  "npm test && git push origin main",
  "kubectl apply -f x.yaml",
  "terraform destroy -auto-approve",
  "npx vercel deploy --prod",
  "curl -X POST https://api.example.com/orders",
  "DEBUG=1 sudo rm -rf /",
  "psql -c 'DROP TABLE users'",
])("a condition whose run has such effects is parked: %s", (command) => {
  expect(reasonOf("Mend `x`", { success: [{ kind: "command", command }] })).toBe("irreversible");
});

test.for([
  "npm publish --dry-run",
  "grep -q 'git push' README.md",
  "terraform plan",
  "rm -rf dist && npm run build",
  "node scripts/deploy.test.js",
  "git diff --exit-code",
  "curl -sf -X POST http://localhost:3000/orders",
])("a condition that only looks like it is not: %s", (command) => {
  expect(reasonOf("Mend `x`", { success: [{ kind: "command", command }] })).toBeNull();
});

test.for([
  "Using the production API key, fetch last month's invoices",
  "Log in to the Stripe dashboard and copy the webhook id",
  "It needs our AWS credentials",
  "Connect with the admin password",
  "Fetch the data with your personal access token",
])("work that needs a credential nobody has is parked: %s", (text) => {
  expect(reasonOf("Do the chores of `main`", { text })).toBe("missing-credentials");
});

test.for([
  "Validate the length of the password",
  "Rename the constant API_KEY",
  "Document that the client needs an API key",
  "Mask access tokens in the log",
  "Reject requests with the wrong API key",
  "Add a login form",
  "Mock the service account in tests",
])("code about credentials needs none: %s", (text) => {
  expect(reasonOf("Do the chores of `main`", { text })).toBeNull();
});

test("code without a condition is parked with a question that proposes one", () => {
  const spec = taskSpec({ title: "Reads dates in src/parser.ts", text: "", success: [] });
  const parked = admission(spec, repo);
  expect(parked?.reason).toBe("no-success-condition");
  expect(parked?.question).toContain("`node --test test/parser.test.ts`");
});

test("the proposed condition is made like the tests that the repository has", () => {
  const paths = ["src/words.ts", "test/words.test.ts"];
  const ask = (title: string, testCommand: string) =>
    admission(taskSpec({ title, text: "", success: [] }), { testCommand, paths })?.question;
  expect(ask("Make the words module better", 'node --test "test/*.test.ts"')).toContain(
    "`node --test test/words.test.ts`",
  );
  expect(ask("Add `slugify`", "npm test")).toContain("`npm test -- test/slugify.test.ts`");
});

test("a condition that always holds is none; a file or a real command is one", () => {
  const reason = (command: string) =>
    reasonOf("Mend `x`", { success: [{ kind: "command", command }] });
  for (const command of ["true", "echo done", "exit 0", ":", " true "]) {
    expect(reason(command)).toBe("no-success-condition");
  }
  expect(reason("echo x && node --test")).toBeNull();
  expect(reasonOf("Mend `x`", { success: [{ kind: "file", path: "docs/x.md" }] })).toBeNull();
});

test("a report needs no condition: it must exist, and the judge scores it", () => {
  expect(reasonOf("Compare the three parsers", { success: [], output: "report" })).toBeNull();
  expect(reasonOf("Survey of date parsing", { success: [], output: "research" })).toBeNull();
});

test("a question is never longer than the log takes", () => {
  const spec = taskSpec({ title: "Deploy ".padEnd(200, "x y "), text: "deploy it. ".repeat(500) });
  expect(admission(spec, repo)?.question.length).toBeLessThanOrEqual(500);
});

test.for([
  ["Raise the coverage of src/parser.ts to 80 %", "npx vitest run", "thresholds.lines=80"],
  ["Get 90% coverage of the parser", "node --test", "--test-coverage-lines=90"],
  ["Raise coverage to 75 %", "pytest -q", "--cov-fail-under=75"],
  ["Fix the type errors of src/parser.ts", "npm test", "npx tsc --noEmit -p tsconfig.json"],
] as const)("what asks for a number is asked for the command that measures it (E1): %s", (row) => {
  const [title, testCommand, command] = row;
  const paths = [...repo.paths, "tsconfig.json"];
  const parked = admission(taskSpec({ title, text: "", success: [] }), { testCommand, paths });
  expect(parked?.reason).toBe("no-success-condition");
  expect(parked?.question).toContain(command);
});
