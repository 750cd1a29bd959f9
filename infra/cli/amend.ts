import { BadInput } from "@nightshift/protocol/errors";
import { taskIdOf } from "@nightshift/protocol/ids";
import { TaskSpec, type SuccessCondition } from "@nightshift/protocol/task";
import type { House } from "../house.ts";
import { register } from "../registration.ts";
import { openRepository } from "../repositories.ts";
import type { AddOptions } from "./add.ts";
import { findTask } from "./lookup.ts";
import { mustKnowWorker } from "./proposal.ts";
import { printJson, tell } from "./terminal.ts";

/**
 * `nightshift add --task`: answers what a task waits for. Everything it says stays; what is given
 * comes on top of it, so that an answer never takes a condition away.
 * @throws Refusal where the task is in work or closed. @throws BadInput for what it cannot take.
 */
export async function amend(
  house: House,
  word: string,
  title: string | undefined,
  options: AddOptions,
): Promise<void> {
  if (title !== undefined || options.from !== undefined || options.name !== undefined) {
    const message = "an answer has no title, name or file of its own";
    throw new BadInput(message, "--task", `nightshift add --task ${word} --success "<command>"`);
  }
  const { task, name } = await findTask(house, word);
  const { state } = await house.board("director").load("task", task);
  if (state.status === "absent") throw new Error(`${task} is in a view and not in the log`);
  const spec = await amended(house, state.spec, options);
  const changed = await house.board("director").handle("task", task, { type: "task.amend", spec });
  if (options.json) printJson({ task, name, changed: changed.length > 0 });
  else if (changed.length === 0) tell("plain", `${name} says so already.`);
  else tell("good", `${name} is looked at again when the night begins: nightshift run --dry-run`);
}

async function amended(house: House, spec: TaskSpec, options: AddOptions): Promise<TaskSpec> {
  const { text, category, priority, output, model } = options;
  const more: SuccessCondition[] = [
    ...options.success.map((command) => ({ kind: "command" as const, command })),
    ...options.file.map((path) => ({ kind: "file" as const, path })),
  ];
  if (model !== undefined) mustKnowWorker(house, model, "--model");
  const repo = await movedTo(house, options.repo);
  const parsed = TaskSpec.safeParse({
    ...spec,
    repo: repo ?? spec.repo,
    text: text === undefined || spec.text.includes(text) ? spec.text : joined(spec.text, text),
    success: united(spec.success, more),
    ...(options.claim.length > 0 && { claims: united(spec.claims ?? [], options.claim) }),
    scope: united(spec.scope, options.scope),
    drops: united(spec.drops, options.drops),
    tags: united(spec.tags, options.tag),
    dependsOn: united(
      spec.dependsOn,
      options.depends.map((name) => taskIdOf(spec.repo, name)),
    ),
    category: category ?? spec.category,
    priority: priority ?? spec.priority,
    output: output ?? spec.output,
    model: model ?? spec.model,
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") ?? "--task";
  throw new BadInput(issue?.message ?? "cannot be used", where, "nightshift add --help");
}

/** The id of the repository that the task is to be done in; null where none was named. */
async function movedTo(house: House, folder: string | undefined): Promise<string | null> {
  if (folder === undefined) return null;
  const repository = await openRepository(folder, { clean: false });
  await register(house, [repository]);
  return repository.plan.id;
}

function joined(text: string, more: string): string {
  return text === "" ? more : `${text}\n\n${more}`;
}

function united<T>(before: readonly T[], more: readonly T[]): T[] {
  const known = new Set(before.map((one) => JSON.stringify(one)));
  return [...before, ...more.filter((one) => !known.has(JSON.stringify(one)))];
}
