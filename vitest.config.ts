import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{protocol,blackboard,projections,agents,infra,tests}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "infra/sim/sample/**"],
    testTimeout: 30_000,
    // Most of a test's time is waiting for processes: one worker a core, the test runner's included.
    maxWorkers: "100%",
    // A busy machine may be late once; what fails twice is broken. The report names each retry.
    retry: process.env["CI"] === "true" ? 1 : 0,
  },
});
