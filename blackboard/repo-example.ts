/** What a repository was registered as, and its first event, for tests. */
export const told = {
  name: "shop",
  path: "/home/d/shop",
  target: "nightshift/main",
  testCommand: "npm test",
  policy: "pull-request",
} as const;
export const registered = { type: "repo.registered", ...told } as const;
