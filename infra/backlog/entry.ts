import { TASK_CLAIMS_MAX } from "@nightshift/protocol/claim";
import {
  Output,
  TaskSpec,
  TEXT_CHARS_MAX,
  TITLE_CHARS_MAX,
  type SuccessCondition,
} from "@nightshift/protocol/task";
import { slug, taskIdOf } from "@nightshift/protocol/ids";
import { z } from "zod";

/** One or several, within what the log keeps of them. */
function words(charsMax: number, countMax: number) {
  const word = z.string().min(1).max(charsMax);
  const one = z.string().transform((text) => [text]);
  return z
    .union([one, z.array(z.string())])
    .pipe(z.array(word).max(countMax))
    .default([]);
}

/** A task as a director writes it. Only the title is needed; what is missing is asked for later. */
export const BacklogEntry = z.strictObject({
  name: z.string().min(1).max(80).optional(),
  title: z.string().min(1).max(TITLE_CHARS_MAX),
  text: z.string().max(TEXT_CHARS_MAX).default(""),
  category: z.string().min(1).max(40).default("capability"),
  /** 1 is most urgent, 5 least. */
  priority: z.int().min(1).max(5).default(3),
  output: Output.default("code"),
  /** Commands that exit with 0 when the task is done. */
  success: words(500, 10),
  /** Files that are there when the task is done. */
  files: words(300, 10),
  /** What has to hold as well and no command shows: a reviewer reads for it. */
  claims: words(300, TASK_CLAIMS_MAX),
  scope: words(300, 50),
  tags: words(40, 20),
  drops: words(300, 50),
  /** Names of tasks that must be done before. */
  depends: words(80, 20),
  model: z.string().max(100).optional(),
});
export type BacklogEntry = z.infer<typeof BacklogEntry>;

/** What the log is told of an entry. */
export function specOf(entry: BacklogEntry, repo: string): TaskSpec {
  const success: SuccessCondition[] = [
    ...entry.success.map((command) => ({ kind: "command" as const, command })),
    ...entry.files.map((path) => ({ kind: "file" as const, path })),
  ];
  return TaskSpec.parse({
    name: entry.name ?? slug(entry.title),
    title: entry.title,
    text: entry.text,
    repo,
    category: entry.category,
    priority: entry.priority,
    output: entry.output,
    success,
    ...(entry.claims.length > 0 && { claims: entry.claims }),
    scope: entry.scope,
    tags: entry.tags,
    model: entry.model ?? null,
    dependsOn: entry.depends.map((name) => taskIdOf(repo, name)),
    drops: entry.drops,
    parent: null,
    depth: 0,
    source: "backlog-file",
  });
}
