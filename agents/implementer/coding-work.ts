import type { Clone, CodingAgent, CodingResult } from "../ports.ts";
import type { Job } from "./job.ts";
import { REPORT_PATH } from "./prompt.md.ts";
import type { Request } from "./prompting.ts";
import { approximateTokens } from "./tokens.ts";
import { charge, failure, type Work } from "./work.ts";

/**
 * Runs a coding agent in the clone. What counts is what stands on disk afterwards: its own word is
 * a claim, and a clean exit proves nothing. That nothing changed shows when the clone is sealed.
 */
export async function askCodingAgent(
  agent: CodingAgent,
  { prompt }: Request,
  clone: Clone,
  job: Job,
): Promise<Work> {
  const { silenceMs, wallMs } = job.input.limits;
  const result = await agent.work(
    { prompt, clone: clone.path, silenceMs, wallMs, surroundings: job.surroundings },
    {
      signal: job.call.signal,
      onProgress: (note) => job.call.progress(note.slice(0, NOTE_CHARS_MAX)),
    },
  );
  const { stopReason, transcript, earlier = [] } = result;
  job.bill.transcripts.push(...earlier);
  let report: string | null = null;
  if (job.input.spec.output !== "code") {
    report = await clone.read(REPORT_PATH);
    if (report === null || report.trim() === "") {
      chargeFor(result, prompt, "", job);
      return failure("no-change", `${agent.name} wrote no ${REPORT_PATH}`);
    }
  }
  chargeFor(result, prompt, report ?? result.summary, job);
  return { status: "done", stopReason, transcript, report };
}

const NOTE_CHARS_MAX = 300;

/** Where the CLI tells no usage, what went in and came out is estimated, and its cost not known. */
function chargeFor(result: CodingResult, prompt: string, made: string, job: Job): void {
  const { usage, costMicroUsd, costKind, transcript } = result;
  if (usage) {
    charge(job.bill, { usage, costMicroUsd, costKind, transcript });
    return;
  }
  charge(job.bill, {
    usage: {
      inputTokens: approximateTokens(prompt),
      cachedTokens: 0,
      outputTokens: approximateTokens(made),
    },
    costMicroUsd,
    costKind: costKind === "billed" ? "billed" : "unknown",
    transcript,
  });
}
