import type { CallContext } from "@nightshift/protocol/bus";
import { skills } from "@nightshift/protocol/skills";
import { expect, test } from "vitest";
import { repoRef, taskSpec } from "../testing/fixtures.ts";
import { memoryBlobs } from "../testing/memory-blobs.ts";
import { memoryWeb } from "../testing/memory-web.ts";
import { rubrics } from "../testing/rubrics.ts";
import { scriptedModel } from "../testing/scripted-model.ts";
import { assessor } from "./assessor.ts";

const verdict = { criteria: [{ name: "all", score: 9, quote: "" }], score: 9, critique: "Good." };
const web = memoryWeb({ "https://nasa.test/moons": { text: "Saturn has 146 known moons." } });
const context: CallContext = {
  context: "t",
  message: "m",
  principal: "dispatcher",
  signal: new AbortController().signal,
  progress: () => {},
};

async function assess(report: string, isOnline = true) {
  const blobs = memoryBlobs();
  const judge = scriptedModel([JSON.stringify(verdict)], { name: "judge", family: "gpt" });
  const settings = { silenceMs: 1_000, wallMs: 10_000 };
  const ports = { judges: [judge], blobs, settings, rubrics: async () => rubrics };
  const peer = assessor({ ...ports, ...(isOnline && { web }) });
  const input = skills.assess.input.parse({
    task: "t",
    spec: taskSpec({ output: "research", title: "Moons of Saturn", success: [] }),
    attempt: "t-g1",
    generation: 1,
    repo: repoRef(),
    author: "implementer",
    authorFamily: "claude",
    stopReason: "finished",
    files: [],
    diff: null,
    report: await blobs.put(`# Moons\n\n${report}\n\n## Conclusions\n\nSaturn has moons.\n`),
    verdict: "pass",
    checks: [],
    hits: [],
  });
  const output = skills.assess.output.parse(await peer.handle("assess", input, context));
  if (output.status !== "assessed") throw new Error(output.status);
  return { ...output.assessed, prompt: judge.asked[0]?.prompt ?? "", spend: output.spend };
}

const sound = await assess("Saturn has 146 known moons (https://nasa.test/moons).");

test("a report whose sources stand is scored as it would be without looking", async () => {
  const unseen = await assess("Saturn has 146 known moons (https://nasa.test/moons).", false);
  expect([sound.heuristic, sound.judge]).toEqual([unseen.heuristic, unseen.judge]);
  expect(sound.prompt).toContain("1 of 1 citations were fetched and stand");
});

test.each([
  ["unreachable", "Saturn has 146 known moons (https://invented.test/moons).", "invented.test"],
  ["contradicting", "Saturn has 83 known moons (https://nasa.test/moons).", "nasa.test"],
])("an %s source lowers both scores and is named in the critique", async (_, report, host) => {
  const found = await assess(report);
  expect(found.heuristic).toBeLessThan(sound.heuristic - 0.4);
  expect(found.judge).toBeLessThan(4);
  expect(found.critique).toContain(host);
  expect(found.prompt).toContain(host);
});
