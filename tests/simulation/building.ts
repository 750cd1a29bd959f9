import type { CallContext } from "@nightshift/protocol/bus";
import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import { breakDown, fallSilent, limitOf, spendOf, takeTime, type Hands } from "./answers.ts";
import type { Chance } from "./chance.ts";
import { modelNamed } from "./models.ts";

type Input = SkillInput<"implement">;
type Output = SkillOutput<"implement">;

/** How implementers answer, and how often. */
const WAYS = {
  good: 60,
  truncated: 5,
  limit: 7,
  hang: 4,
  crash: 3,
  "no-change": 3,
  "sign-in": 1,
  unavailable: 3,
  silent: 2,
  liar: 2,
  unsandboxed: 2,
} as const;

/** An implementer's work: recorded by its own board first, as a real one does. */
export async function implement(
  hands: Hands,
  chance: Chance,
  input: Input,
  call: CallContext,
): Promise<Output> {
  const { name, board, world } = hands;
  const way = chance.weighted(WAYS);
  const offer = modelNamed(input.model);
  const blob = await world.blobs.put(JSON.stringify(input));
  const { model, generation, attempt } = input;
  const prompted = { by: name, model, blob, contextTokens: 900, capTokens: 40_000 };
  await board.handle(
    "attempt",
    attempt,
    { type: "attempt.prompt", generation, ...prompted },
    { commandId: `${attempt}:attempt.prompt:${name}` },
  );
  if (way !== "limit") world.begun.set(attempt, (world.begun.get(attempt) ?? 0) + 1);
  await takeTime(hands, chance, call);
  switch (way) {
    case "limit":
      return limitOf(hands, chance, offer);
    case "hang":
    case "crash":
    case "no-change":
    case "sign-in": {
      const spend = chance.odds(0.5) ? spendOf(chance, offer) : null;
      return { status: "failed", kind: way, detail: `it ended by ${way}`, spend };
    }
    case "unavailable":
      return breakDown(name);
    case "silent":
      return fallSilent();
    case "good":
    case "truncated":
    case "liar":
    case "unsandboxed": {
      const made = await work(hands, chance, input);
      const { usage, costMicroUsd, costKind, family } = spendOf(chance, offer);
      const executed = {
        by: way === "liar" ? "somebody-else" : name,
        model,
        family,
        usage,
        costMicroUsd,
        costKind,
        stopReason: way === "truncated" ? ("truncated" as const) : ("finished" as const),
        ...made,
        transcript: blob,
        durationMs: 1_000,
        sandboxed: way !== "unsandboxed",
      };
      return { status: "executed", prompted, executed };
    }
  }
}

/** A report, or a commit that adds a file of its own or edits one that others edit too. */
async function work({ world, workspace }: Hands, chance: Chance, input: Input) {
  const { spec, attempt, base, repo, task } = input;
  if (spec.output !== "code") {
    const report = await world.blobs.put(`# ${spec.title}\n\nBy ${attempt}.\n`);
    return { commit: null, files: [], diff: null, report };
  }
  const clone = await workspace.open(repo.path, base, attempt);
  const shared = chance.odds(0.5);
  const path = shared ? `src/shared-${chance.between(1, 2)}.ts` : `src/${task}.ts`;
  await clone.write(path, `export const by = ${JSON.stringify(attempt)};\n`);
  const sealed = await clone.seal(`${spec.name}: ${spec.title}`);
  await clone.close();
  if (sealed === null) throw new Error(`${attempt} changed nothing`);
  const { commit, files, diff } = sealed;
  return { commit, files, diff: await world.blobs.put(diff), report: null };
}
