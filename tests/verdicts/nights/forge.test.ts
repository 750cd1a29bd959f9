import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dialects } from "@nightshift/infra/forge/forge-dialects";
import { startForge, type ForgeServer } from "@nightshift/infra/forge/forge-server";
import { afterEach, expect, test } from "vitest";
import { eventsOf, filesIn, ofType } from "../../night/kept.ts";
import { answerOf, BACKLOG } from "./backlog.ts";
import { openEvening, type Asked, type Evening } from "./evening.ts";
import type { Answer } from "@nightshift/infra/sim/wire/script";

const RUN_MS = 120_000;
const TEST_MS = 300_000;
const [task] = BACKLOG;

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
}, RUN_MS);

type At = { evening: Evening; forge: ForgeServer; nightshift: Evening["who"]["nightshift"] };

/** A repository whose work is reviewed at a Gitea on loopback. */
async function atGitea(script: (asked: Asked) => Answer): Promise<At> {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-forge-"));
  const remote = join(folder, "remote.git");
  mkdirSync(remote);
  const forge = await startForge(dialects.gitea, { remote });
  const settings = `merge: pull-request
forge: { kind: gitea, url: "${forge.url}", repository: me/it, tokenEnv: FORGE_TOKEN }
`;
  const evening = await openEvening(script, { tasks: BACKLOG.slice(0, 1), repository: settings });
  open.push(evening, forge, { close: () => rmSync(folder, { recursive: true, force: true }) });
  const { who } = evening;
  await who.git("remote", "add", "origin", remote);
  await who.git("push", "--quiet", "origin", "main");
  const env = { SMALL_KEY: "sk-nobody", FORGE_TOKEN: forge.token };
  return {
    evening,
    forge,
    nightshift: (args, more) => {
      const all = { ...env, ...more?.env };
      return who.nightshift(args, { wallMs: RUN_MS, ...more, env: all });
    },
  };
}

function treeAt({ remote }: ForgeServer, commit: string): string {
  const asked = ["-C", remote, "rev-parse", `${commit}^{tree}`];
  return execFileSync("git", asked, { encoding: "utf8" }).trim();
}

const judgement = JSON.stringify({
  criteria: [{ name: "does what the task asks", score: 8, quote: "export" }],
  score: 8,
  critique: "Say what it returns for bounds in the wrong order.",
});

/** What it writes says how often it was asked. */
function writer() {
  let tries = 0;
  return ({ role, task: asked }: Asked): Answer => {
    if (role === "judge") return { kind: "text", text: judgement };
    if (asked === null || role === "planner") return { kind: "text", text: "What?" };
    const content = `${answerOf(asked)}// try ${++tries}\n`;
    return { kind: "edits", files: [{ path: `src/${asked.name}.js`, content }], summary: "There." };
  };
}

test(
  "from the branch to the merge at the forge, and back: asked for once, repaired once, approved by one command",
  { timeout: TEST_MS },
  async () => {
    const { evening, forge, nightshift } = await atGitea(writer());
    const { who } = evening;
    const checked = await nightshift(["doctor", "--no-probe"]);
    expect(checked.stdout).toContain("gitea me/it, answers");
    const unset = await nightshift(["doctor", "--no-probe"], { env: { FORGE_TOKEN: "" } });
    expect(unset.stdout).toContain("FORGE_TOKEN is not set");
    const refused = await nightshift(["doctor", "--no-probe"], { env: { FORGE_TOKEN: "wrong" } });
    expect(refused.stdout).toContain("refused to list");
    // The first leader dies when the request is there and the log does not know it yet.
    const env = { NIGHTSHIFT_FAILPOINT: "append:review.published:before" };
    expect((await nightshift(["run"], { env })).code).toBeNull();
    expect(forge.requests).toHaveLength(1);
    const first = await nightshift(["run"]);
    expect(first.code, first.stderr).toBe(0);
    expect(forge.changes).toEqual(["POST /api/v1/repos/me/it/pulls"]);
    const [request] = forge.requests;
    expect(request?.title).toContain(task?.title);
    for (const told of ["Score", "Cost", "pass", "bounds in the wrong order"]) {
      expect(request?.body).toContain(told);
    }
    expect(first.stdout).toContain(`${forge.url}/me/it/pulls/1`);

    // Its checks fail there: it goes back, is done again, and renews the same request.
    const head = forge.headOf(request?.branch ?? "") ?? "";
    forge.check(head, "ci/lint", "failure");
    const looked = await nightshift(["review", "--refresh"]);
    expect(looked.code, looked.stderr).toBe(0);
    const again = await nightshift(["run"]);
    expect(again.code, again.stderr).toBe(0);
    const renewed = forge.headOf(request?.branch ?? "") ?? "";
    expect(renewed).not.toBe(head);
    expect(forge.requests).toHaveLength(1);
    const prompts = evening.server.requests.map(({ prompt }) => prompt).join("\n");
    expect(prompts).toContain("The checks of the forge fail: ci/lint.");

    // One command merges it, where it is reviewed; the director's branch stays where it is.
    forge.check(renewed, "ci/lint", "success");
    const main = await who.git("rev-parse", "main");
    const [row]: { attempt: string }[] = JSON.parse(
      (await nightshift(["review", "--json"])).stdout,
    );
    const approved = await nightshift(["approve", row?.attempt ?? ""]);
    expect(approved.code, approved.stderr).toBe(0);
    expect(request?.state).toBe("merged");
    expect(await who.git("rev-parse", "main")).toBe(main);
    const events = eventsOf(who.paths.state);
    expect(ofType(events, "review.sent-back")).toHaveLength(1);
    expect(ofType(events, "review.merged")).toHaveLength(1);
    expect(JSON.parse((await nightshift(["review", "--json"])).stdout)).toEqual([]);

    // A check that fails after the merge is answered by a request that takes it back.
    forge.check(request?.mergedAs ?? "", "ci/smoke", "failure");
    expect((await nightshift(["review", "--refresh"])).code).toBe(0);
    expect((await nightshift(["review", "--refresh"])).code).toBe(0);
    expect(forge.requests).toHaveLength(2);
    forge.merge(2, "ann");
    expect(treeAt(forge, "main")).toBe(treeAt(forge, main));
    expect((await nightshift(["review", "--refresh"])).code).toBe(0);
    const since = eventsOf(who.paths.state);
    expect(ofType(since, "review.revert-requested")).toHaveLength(1);
    expect(ofType(since, "review.reverted")).toHaveLength(1);

    // The token is nowhere: not in the log, a body, a page, or git's own settings.
    for (const [path, bytes] of [...filesIn(who.paths.state), ...filesIn(join(who.repo, ".git"))]) {
      expect(bytes.includes(forge.token), path).toBe(false);
    }
    const spoken = [first, looked, again, approved].map(({ stdout, stderr }) => stdout + stderr);
    expect(spoken.join("\n")).not.toContain(forge.token);
    expect(JSON.stringify(forge.requests)).not.toContain(forge.token);
  },
);

test(
  "rejecting closes the request with the reason, and the director may ask for it again",
  { timeout: TEST_MS },
  async () => {
    const { forge, nightshift, evening } = await atGitea(writer());
    const ran = await nightshift(["run"]);
    expect(ran.code, ran.stderr).toBe(0);
    const [row]: { attempt: string }[] = JSON.parse(
      (await nightshift(["review", "--json"])).stdout,
    );
    const why = "Take the bounds as an object.";
    const rejected = await nightshift(["reject", row?.attempt ?? "", "--why", why]);
    expect(rejected.code, rejected.stderr).toBe(0);
    expect(forge.requests[0]).toMatchObject({ state: "closed" });
    expect(forge.requests[0]?.comments.at(-1)?.text).toContain(why);
    const redone = await nightshift(["redo", row?.attempt ?? "", "--note", why]);
    expect(redone.code, redone.stderr).toBe(0);
    await nightshift(["run"]);
    expect(forge.requests).toHaveLength(2);
    expect(evening.server.requests.map(({ prompt }) => prompt).join("\n")).toContain(why);
    expect(execFileSync("git", ["-C", forge.remote, "branch"], { encoding: "utf8" })).toContain(
      "nightshift/",
    );
  },
);
