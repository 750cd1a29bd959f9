import type { AttemptState } from "@nightshift/blackboard/attempt";
import { nameId, slug, taskIdOf } from "@nightshift/protocol/ids";
import { GUIDANCE_CHARS_MAX } from "@nightshift/protocol/guidance";
import type { TaskSpec } from "@nightshift/protocol/task";
import type { Try } from "./attempt.ts";
import { repoOf, say, settingsOf, type Night } from "./night.ts";

/** After the gate: fitness for the genome, a reflection for the category, a follow-up if earned. */
export async function learn(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const { gated, executed, awarded } = state;
  if (!gated || !executed || !awarded) return;
  const merged = state.end?.kind === "integrated" && state.end.how === "merged";
  await night.ports.board.handle(
    "genome",
    awarded.genome,
    {
      type: "genome.evaluate",
      attempt: attempt.id,
      score: gated.score,
      tokens: executed.usage.outputTokens,
      tokensBudget: settingsOf(night).thriftTokens,
      merged,
    },
    { correlation: attempt.task },
  );
  await reflect(night, attempt, state);
  if (state.end?.kind === "integrated") await followUp(night, attempt, state);
}

/** The critique, as something the next attempt of the category can act on (D25). */
async function reflect(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const text = state.assessed?.critique.trim() ?? "";
  if (text === "" || !state.gated) return;
  const { category } = attempt.spec;
  await night.ports.board.handle(
    "guidance",
    nameId(category),
    {
      type: "guidance.reflect",
      category,
      attempt: attempt.id,
      text: text.slice(0, GUIDANCE_CHARS_MAX),
      score: state.gated.score,
    },
    { correlation: attempt.task },
  );
}

/**
 * Good new code earns a task that tests its edges (B13), from parents of at least 7 that were not
 * cut off, one level deep (D22), never from what is no code (B20).
 */
async function followUp(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const settings = settingsOf(night);
  const { spec, task } = attempt;
  const { gated, executed } = state;
  if (!gated || !executed || spec.output !== "code") return;
  if (gated.score < settings.followUpScoreMin || executed.stopReason === "truncated") return;
  if (spec.depth >= settings.followUpDepthMax || spec.parent !== null) return;
  const modules = executed.files.filter(({ path, status }) => status === "added" && isSource(path));
  for (const { path } of modules.slice(0, Math.round(settings.followUpsMax))) {
    const name = `${spec.name}-tests-${slug(path)}`.slice(0, 80);
    const child: TaskSpec = {
      ...spec,
      name,
      title: `Test the edge cases of ${path}`.slice(0, 200),
      text: `"${spec.title}" added ${path}. Cover its edge cases with tests; change nothing else.`,
      tags: ["write-tests"],
      model: null,
      success: [{ kind: "command", command: repoOf(night, spec.repo).testCommand }],
      scope: [],
      // Where a merge waits for a review, so do the tests of what it would bring.
      dependsOn: [task],
      drops: [],
      parent: task,
      depth: spec.depth + 1,
      source: "follow-up",
    };
    const id = taskIdOf(spec.repo, name);
    const { state: known } = await night.ports.board.load("task", id);
    // There already: by a run of this that died, or under a name that somebody else took.
    if (known.status !== "absent") continue;
    await night.ports.board.handle(
      "task",
      id,
      { type: "task.propose", spec: child, followUpDepthMax: settings.followUpDepthMax },
      { correlation: task },
    );
    say(night, task, `${spec.name} earned a follow-up: ${child.title}`, "quiet");
  }
}

function isSource(path: string): boolean {
  if (/(^|\/)(tests?|__tests__|spec)\/|[._-](test|spec)\.[a-z]+$|(^|\/)test_[^/]+$/.test(path)) {
    return false;
  }
  return /\.(c|m)?(j|t)sx?$|\.(py|go|rs|java|rb|php|kt|swift|cs|c|cc|cpp|h|ex|exs|clj|scala|sh)$/.test(
    path,
  );
}
