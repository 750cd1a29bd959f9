import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CodingAgent, Model } from "@nightshift/agents/ports";

const CHARACTERS_A_TOKEN = 4;

/**
 * An agent CLI that is asked a question instead of being given a clone: it judges and plans for a
 * director who has a subscription and no API. It works in an empty folder that is thrown away.
 * @param parent Where that folder is made; the temporary folder by default.
 */
export function asModel(agent: CodingAgent, parent: string = tmpdir()): Model {
  const { name, family, account, tier, contextTokensMax, outputTokensMax, price } = agent;
  return {
    name,
    family,
    account,
    tier,
    contextTokensMax,
    outputTokensMax,
    price,
    async complete({ system, prompt, silenceMs, wallMs }, { signal }) {
      const clone = await realpath(await mkdtemp(join(parent, "nightshift-question-")));
      const asked = [system, prompt, ANSWER].join("\n\n");
      try {
        const options = { signal, onProgress: () => {} };
        const work = { prompt: asked, clone, silenceMs, wallMs };
        const { summary, stopReason, usage, ...told } = await agent.work(work, options);
        const inputTokens = Math.ceil(asked.length / CHARACTERS_A_TOKEN);
        const outputTokens = Math.ceil(summary.length / CHARACTERS_A_TOKEN);
        return {
          ...told,
          text: summary,
          stopReason: stopReason === "truncated" ? "truncated" : "finished",
          usage: usage ?? { inputTokens, cachedTokens: 0, outputTokens },
          costKind: usage === null ? "unknown" : told.costKind,
        };
      } finally {
        await rm(clone, { recursive: true, force: true });
      }
    },
  };
}

const ANSWER = `Answer from what stands here alone: use no tools, write no files. Your last message is your
whole answer.`;
