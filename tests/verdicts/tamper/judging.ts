import { join } from "node:path";
import { skills, type SkillOutput } from "@nightshift/protocol/skills";
import { exampleRules } from "@nightshift/protocol/rules-example";
import { memoryBlobs } from "@nightshift/agents/testing/memory-blobs";
import { repoRef, taskSpec } from "@nightshift/agents/testing/fixtures";
import { rulesHere } from "@nightshift/agents/testing/rules-here";
import { verifier } from "@nightshift/agents/verifier/verifier";
import { baselineFiles } from "@nightshift/infra/workers/checks/baselines";
import { createChecks } from "@nightshift/infra/workers/checks/checks";
import type { RevealingSandbox } from "@nightshift/infra/workers/sandbox/bubblewrap";
import { createFixture } from "@nightshift/infra/workers/workspace/fixture";
import { createWorkspace } from "@nightshift/infra/workers/workspace/workspace";
import type { Project } from "./projects.ts";

const WALL_MS = 60_000;

/** Judges changes of a project by the real verifier: real git, real sandbox, real test runner. */
export function judgeOf(project: Project, sandbox: RevealingSandbox) {
  const fixture = createFixture({ ...project.files });
  const reveal = (folder: string) => sandbox.reveal(folder);
  const workspace = createWorkspace({ root: join(fixture.folder, "house"), reveal });
  const cacheDir = join(fixture.folder, "cache");
  const checks = createChecks({ workspace, sandbox, cacheDir, reveal });
  const baselines = baselineFiles(join(fixture.folder, "baselines"));
  const base = fixture.git("rev-parse", "HEAD");
  const agent = verifier({
    workspace,
    checks,
    blobs: memoryBlobs(),
    baselines,
    rules: rulesHere,
    checkWallMs: WALL_MS,
  });
  const call = {
    context: "t",
    message: "m",
    principal: "dispatcher",
    signal: new AbortController().signal,
    progress: () => {},
  };
  let made = 0;
  return {
    remove: () => fixture.remove(),
    async judge(files: Readonly<Record<string, string | null>>): Promise<SkillOutput<"verify">> {
      const clone = await workspace.open(fixture.repo, base, `work-${made++}`);
      for (const [path, text] of Object.entries(files)) {
        if (text === null) await clone.remove(path);
        else await clone.write(path, text);
      }
      const sealed = await clone.seal("Work");
      await clone.close();
      const input = skills.verify.input.parse({
        task: "t",
        spec: taskSpec({
          title: project.title,
          text: "",
          success: [{ kind: "command", command: project.success }],
        }),
        attempt: `t-g${made}`,
        generation: 1,
        repo: repoRef({ path: fixture.repo, testCommand: project.testCommand }),
        base,
        commit: sealed?.commit ?? base,
        report: null,
        author: "implementer",
        files: sealed?.files ?? [],
        rules: exampleRules,
        truncationDropShare: 0.2,
      });
      return skills.verify.output.parse(await agent.handle("verify", input, call));
    },
  };
}
