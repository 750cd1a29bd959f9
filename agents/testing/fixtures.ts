import type { RepoRef } from "@nightshift/protocol/skills";
import type { TaskSpec } from "@nightshift/protocol/task";

/** A task of a director; a test names only what it is about. */
export function taskSpec(spec: Partial<TaskSpec> = {}): TaskSpec {
  return {
    name: "META-001",
    title: "Add a slugify function",
    text: "Export `slugify(text)` from src/slugify.ts.",
    repo: "repo",
    category: "capability",
    priority: 3,
    output: "code",
    success: [{ kind: "command", command: "node --test test/slugify.test.ts" }],
    scope: [],
    tags: [],
    model: null,
    dependsOn: [],
    drops: [],
    parent: null,
    depth: 0,
    source: "director",
    ...spec,
  };
}

export function repoRef(repo: Partial<RepoRef> = {}): RepoRef {
  return {
    id: "repo",
    path: "/repo",
    target: "nightshift/main",
    testCommand: "node --test",
    prepareCommand: null,
    sealed: [],
    sandbox: "required",
    ...repo,
  };
}
