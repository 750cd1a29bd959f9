import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{protocol,blackboard,projections,agents,infra,tests}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "infra/sim/sample/**"],
    testTimeout: 30_000,
  },
});
