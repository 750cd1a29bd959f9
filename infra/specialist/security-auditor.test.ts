import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { NEUTRAL_GENES } from "@nightshift/protocol/genome";
import { skills } from "@nightshift/protocol/skills";
import { expect, onTestFinished, test } from "vitest";
import { bidInput, options, planInput, settled } from "../bus/bus-samples.ts";
import { tokenHash } from "../bus/door.ts";
import { createHub } from "../bus/hub.ts";
import { createFixture } from "../workers/workspace/fixture.ts";
import { securityAuditor } from "./examples/security-auditor.ts";
import { tryOn } from "./try-on.ts";

const EXAMPLE = fileURLToPath(new URL("examples/security-auditor.ts", import.meta.url));
const LINES_MAX = 25;
const WALL_MS = 30_000;

test("the security auditor is a whole specialist in 25 lines", () => {
  expect(readFileSync(EXAMPLE, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(LINES_MAX);
});

test("a specialist is tried on files before it meets anybody", async () => {
  const files = { "a/read.ts": "eval('(' + text + ')');\n", "fine.js": "let eval1;\n" };
  const tried = await tryOn(securityAuditor, files);
  expect(tried.files).toEqual({ ...files, "a/read.ts": "JSON.parse(text);\n" });
  expect(tried.notes).toEqual(["a/read.ts runs what it should read"]);
});

test(
  "the security auditor joins over WebSocket, bids for its craft alone, and hands in its work",
  { timeout: WALL_MS },
  async () => {
    const repository = createFixture({
      "read.js": 'export const read = (text) => eval("(" + text + ")");\n',
      "fine.js": "export const fine = (text) => text;\n",
    });
    const identity = { name: "security-auditor", standing: "guest" as const };
    const hub = await createHub({
      principal: "dispatcher",
      tokens: () => new Map([[tokenHash("t"), identity]]),
    });
    const env = { ...process.env, NIGHTSHIFT_HUB: hub.url, NIGHTSHIFT_TOKEN: "t" };
    const child = spawn(process.execPath, [EXAMPLE], {
      env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    onTestFinished(async () => {
      child.kill();
      await hub.close();
      repository.remove();
    });
    await settled(() => hub.roster().length === 1);
    const spec = { ...bidInput.spec, tags: ["security"] };
    const none = await hub.call("security-auditor", "bid", bidInput, options());
    expect(none.bids).toEqual([]);
    const { bids } = await hub.call("security-auditor", "bid", { ...bidInput, spec }, options());
    expect(bids).toMatchObject([{ model: "rules" }]);
    const notes: string[] = [];
    const { repo, ...asked } = planInput("");
    const input = skills.implement.input.parse({
      task: asked.task,
      spec,
      attempt: asked.attempt,
      generation: 1,
      repo: { ...repo, path: repository.repo },
      base: repository.git("rev-parse", "HEAD"),
      model: "rules",
      genes: NEUTRAL_GENES,
      guidance: [],
      reflections: [],
      critique: null,
      limits: { wallMs: 1, silenceMs: 1, contextTokens: 1, outputTokens: 1 },
    });
    const onProgress = (note: string) => notes.push(note);
    const told = options({ onProgress, timeoutMs: WALL_MS });
    const answer = await hub.call("security-auditor", "implement", input, told);
    if (answer.status !== "executed") throw new Error(JSON.stringify(answer));
    const commit = String(answer.executed.commit);
    expect(repository.git("show", `${commit}:read.js`)).toContain("JSON.parse(text)");
    expect(repository.git("diff", "--name-only", `${commit}~1`, commit)).toBe("read.js");
    expect(notes).toEqual(["read.js runs what it should read"]);
    // Its ref is no branch, and nothing that was checked out has moved.
    expect(repository.git("branch", "--all")).toBe("* main");
    const again = { ...input, base: commit };
    const nothing = await hub.call("security-auditor", "implement", again, options());
    expect(nothing).toMatchObject({ status: "failed", kind: "no-change" });
  },
);
