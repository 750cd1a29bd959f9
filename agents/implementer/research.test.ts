import { skills } from "@nightshift/protocol/skills";
import { Unavailable } from "@nightshift/protocol/errors";
import { expect, test } from "vitest";
import type { ContextEngine } from "../ports.ts";
import { ask, files } from "../testing/asked.ts";
import { memoryBlobs } from "../testing/memory-blobs.ts";
import { memoryRecorder, testCall, tickingClock } from "../testing/memory-recorder.ts";
import { memoryWeb } from "../testing/memory-web.ts";
import { memoryWorkspace } from "../testing/memory-workspace.ts";
import { scriptedModel } from "../testing/scripted-model.ts";
import type { Web } from "../web.ts";
import { implementer } from "./implementer.ts";

const REPORT = "<report>\n# Moons\nSaturn has 146.\n</report>";
const web = memoryWeb({
  "https://nasa.test/moons": { title: "Moons", text: "Saturn has 146 known moons. ".repeat(20) },
});
const research = {
  output: "research",
  title: "Count the moons of Saturn",
  text: "",
  success: [],
} as const;

async function run(
  ports: { web?: Web; contexts?: ContextEngine },
  spec: object = research,
  more: { knowledge?: string[] } = {},
) {
  const workspace = memoryWorkspace(files);
  const model = scriptedModel([REPORT]);
  const recorder = memoryRecorder();
  const house = { workspace, blobs: memoryBlobs(), clock: tickingClock(), sandboxed: true };
  const peer = implementer({ ...house, ...ports, workers: [model], recorder });
  const input = ask(workspace.base, { model: model.name, spec, ...more });
  const output = skills.implement.output.parse(await peer.handle("implement", input, testCall()));
  return { output, asked: model.asked[0], recorded: recorder.commands };
}

test("research is given pages of the web, and told to cite them and nothing else", async () => {
  const { asked } = await run({ web });
  expect(asked?.prompt).toContain("# Sources from the web\n## Moons <https://nasa.test/moons>");
  expect(asked?.prompt).toContain("Saturn has 146 known moons.");
  expect(asked?.system).toContain("each is fetched again and held against your sentence");
});

test("without a web, or for a report on the repository, nothing is looked up or promised", async () => {
  const nobody = await run({});
  expect(nobody.asked?.prompt).not.toContain("Sources from the web");
  expect(nobody.asked?.system).not.toContain("fetched again");
  const searched = web.searched.length;
  const report = await run({ web }, { ...research, output: "report" });
  expect(report.asked?.prompt).not.toContain("Sources from the web");
  expect(web.searched).toHaveLength(searched);
});

const engine = (compose: ContextEngine["compose"]): ContextEngine => ({
  compose,
  count: async (texts) => texts.join("").length,
});

test("the engine's prompt is the one that is sent, with what the tokenizer counted of it", async () => {
  const contexts = engine(async () => ({ text: "made elsewhere", tokens: 9, rawTokens: 7 }));
  const { asked, recorded } = await run({ contexts });
  expect(asked?.prompt).toBe("made elsewhere");
  expect(recorded[0]?.command).toMatchObject({ contextTokens: 9, rawTokens: 7 });
});

test("what was learned of the parts that a task is about stands in its prompt (B24)", async () => {
  const line = "src: ada decided: never round before the sum.";
  const { asked } = await run({}, { ...research, output: "report" }, { knowledge: [line] });
  expect(asked?.prompt).toContain(`## Reflections\n- ${line}`);
});

test("an engine that broke ends no attempt: the prompt is made of the clone", async () => {
  const contexts = engine(() => Promise.reject(new Unavailable("the context engine ended")));
  const { output, asked } = await run({ contexts });
  expect(output.status).toBe("executed");
  expect(asked?.prompt).toContain("slugify");
});
