import type { CallContext } from "@nightshift/protocol/bus";
import type { Check, Hit, Verified } from "@nightshift/protocol/attempt";
import { defaultSettings } from "@nightshift/protocol/settings";
import type { SkillInput } from "@nightshift/protocol/skills";
import { defineAgent } from "../agent.ts";
import type { Linter } from "../linter.ts";
import type { Blobs, Checks, TestRun, Workspace } from "../ports.ts";
import { textsAt } from "../source/texts.ts";
import { testsCheck, type BaselineCache } from "./baseline.ts";
import { changesOf, CHANGED_FILES_MAX, type Change } from "./changes.ts";
import { constitutionCheck } from "./constitution.ts";
import { type Customs, customsOf, kindOf } from "./ending.ts";
import { goingGreenCheck } from "./going-green.ts";
import { isTest } from "./languages.ts";
import { lintOf } from "./lint.ts";
import { type Answers, answersIn } from "./special-case.ts";
import { measuredBy, planReach, type ReachAsked, reachOf } from "./reach/reach.ts";
import { reportChecks } from "./report.ts";
import type { RuleReader } from "./rule-reader.ts";
import { scopeCheck } from "./scope.ts";
import { sealChecks } from "./seal.ts";
import { secretCheck } from "./secrets.ts";
import { successCheck } from "./success.ts";
import { testCommandCheck } from "./test-command.ts";
import { truncationChecks } from "./truncation.ts";

export type VerifierPorts = {
  workspace: Workspace;
  checks: Checks;
  blobs: Blobs;
  baselines: BaselineCache;
  rules: RuleReader;
  /** What it says is a hint for the assessor; absent where none is at hand. */
  linter?: Linter;
  /** The name it is known by on the bus; `verifier` where none is given. */
  name?: string;
  /** Hosts that code may reach besides those that task and files name. */
  hostsAllowed?: readonly string[];
  /** Milliseconds one command may take; the default of the settings where none is given. */
  checkWallMs?: number;
  /** What is asked of the changed lines; nothing where none is given. */
  reach?: ReachAsked;
};

type Input = SkillInput<"verify">;
type Found = Pick<Verified, "checks" | "hits" | "lint" | "reach">;

const CHECKS_MAX = 40;
/** Files of a kind by which its customs are known. */
const LIKE_FILES_MAX = 8;
const TESTS_READ_MAX = 200;

/**
 * Shows what can be shown of an attempt, and takes no word of its author for it: baseline against
 * after, success conditions, seals, scope, truncation, constitution, secrets (step 6). Code of the
 * attempt runs in the sandbox alone, and not at all where it breaks the constitution.
 */
export const verifier = defineAgent<VerifierPorts, "verify">({
  card: {
    name: "verifier",
    description: "Checks an attempt against its base: tests, seals, scope, constitution",
    version: "1",
  },
  handlers: {
    async verify(input, ports, call) {
      const by = ports.name ?? "verifier";
      const { checks, ...found } =
        input.commit === null
          ? await verifyReport(input, ports, call)
          : await verifyCode(input, input.commit, ports, call);
      return { by, verdict: verdictOf(checks), checks: checks.slice(0, CHECKS_MAX), ...found };
    },
  },
});

/** One failure fails; else one doubt makes it unverifiable; nothing shown is a doubt too. */
export function verdictOf(checks: readonly Check[]): Verified["verdict"] {
  if (checks.some(({ outcome }) => outcome === "fail")) return "fail";
  const shown = checks.some(({ kind }) => kind === "tests" || kind === "success");
  const doubt = checks.some(({ outcome }) => outcome === "unverifiable");
  return shown && !doubt ? "pass" : "unverifiable";
}

async function verifyCode(
  input: Input,
  commit: string,
  ports: VerifierPorts,
  call: CallContext,
): Promise<Found> {
  const { base, repo, spec, rules } = input;
  const { workspace } = ports;
  call.progress("reading the change");
  if (!(await workspace.contains(repo.path, commit, base))) {
    return only("sealed commit", "sealed", "fail", "the commit does not stand on its base");
  }
  const changes = await changesOf(workspace, repo.path, base, commit);
  if (changes === null) {
    const why = `more than ${CHANGED_FILES_MAX} files changed; that many are not read`;
    return only("size", "scope", "unverifiable", why);
  }
  if (changes.length === 0) return only("change", "success", "fail", "it changes nothing");
  const judges = spec.success.flatMap((each) => (each.kind === "command" ? [each.command] : []));
  const sealed = [...new Set([...rules.sealed, ...repo.sealed])];
  const seal = sealChecks(changes, spec, sealed);
  const constitution = await constitutionCheck(changes, spec, {
    hostsAllowed: ports.hostsAllowed ?? [],
    reader: ports.rules,
    signal: call.signal,
  });
  const still = [
    ...seal.checks,
    goingGreenCheck(changes, await answersAt(workspace, repo.path, base)),
    testCommandCheck(changes, [repo.testCommand, ...judges]),
    ...scopeCheck(changes, spec),
    ...truncationChecks(changes, {
      drops: spec.drops,
      dropShareMax: input.truncationDropShare,
      customs: await customsAt(workspace, repo.path, base, changes),
      ...(input.stopReason && { stopReason: input.stopReason }),
    }),
    constitution.check,
    secretCheck(changes),
  ];
  const { hits } = constitution;
  const why = whyNotToRun(input, ports, hits);
  const ran =
    why === null
      ? await runChecks(input, { commit, changes, excused: seal.excused }, ports, call)
      : only("tests", "tests", "unverifiable", why);
  const lint = why === null && ports.linter && (await lintOf(ports.linter, changes, call.signal));
  return { ...ran, checks: [...ran.checks, ...still], hits, ...(lint && { lint }) };
}

/** How files like the new ones end at the base: few of each kind are enough to tell. */
async function customsAt(
  workspace: Workspace,
  repo: string,
  base: string,
  changes: readonly Change[],
): Promise<Customs> {
  const kinds = new Set(
    changes.filter(({ status }) => status === "added").map(({ path }) => kindOf(path)),
  );
  if (kinds.size === 0) return new Set();
  const looked: { path: string; text: string }[] = [];
  const counts = new Map<string, number>();
  for (const path of await workspace.list(repo, base)) {
    const kind = kindOf(path);
    const count = counts.get(kind) ?? 0;
    if (!kinds.has(kind) || count >= LIKE_FILES_MAX) continue;
    counts.set(kind, count + 1);
    const text = await workspace.show(repo, base, path);
    if (text !== null) looked.push({ path, text });
  }
  return customsOf(looked);
}

/** What the tests that stood ask and expect, as far as they are read. */
async function answersAt(workspace: Workspace, repo: string, base: string): Promise<Answers> {
  const paths = (await workspace.list(repo, base)).filter(isTest).slice(0, TESTS_READ_MAX);
  return answersIn(textsAt(paths, (path) => workspace.show(repo, base, path)));
}

function whyNotToRun({ repo }: Input, { checks }: VerifierPorts, hits: Hit[]): string | null {
  if (hits.length > 0) return "not run: the change breaks the constitution";
  if (repo.sandbox === "required" && !checks.sandboxed) return "not run: there is no sandbox";
  return null;
}

/** What has to be run to be known. */
async function runChecks(
  { base, repo, spec }: Input,
  { commit, changes, excused }: { commit: string; changes: Change[]; excused: readonly string[] },
  ports: VerifierPorts,
  call: CallContext,
): Promise<Found> {
  const { signal } = call;
  const wallMs = ports.checkWallMs ?? defaultSettings.checkWallMs;
  const where = { ...ports, repo, command: repo.testCommand, wallMs, signal };
  const known = new Map<string, TestRun>();
  const found: Check[] = [];
  let reach: Verified["reach"];
  if (repo.testCommand.trim() === "") {
    const detail = "the repository has no test command";
    found.push({ name: "tests", kind: "tests", outcome: "unverifiable", detail });
  } else {
    call.progress("running the tests before and after");
    const asked = ports.reach ?? NOTHING_ASKED;
    const plan = await planReach(where, { base, commit, changes }, asked);
    const measured = plan ? measuredBy(plan) : undefined;
    const tested = { ...where, ...(measured && { measured }) };
    const { check, after } = await testsCheck(tested, base, commit, excused);
    found.push(check);
    if (after !== null) known.set(repo.testCommand, after);
    if (plan) {
      call.progress("looking at how far the tests reach");
      reach = await reachOf(where, commit, plan, after);
    }
  }
  for (const condition of spec.success) {
    call.progress("checking the success conditions");
    found.push(await successCheck(where, commit, condition, known));
  }
  return { checks: found, hits: [], ...(reach && { reach }) };
}

const NOTHING_ASKED: ReachAsked = { coverage: false, mutantsMax: 0, mutantsWallMs: 0 };

/** A report leaves the repository alone: commands run at the base, the file is the report. */
async function verifyReport(input: Input, ports: VerifierPorts, call: CallContext): Promise<Found> {
  const { repo, spec, base } = input;
  if (input.report === null) return only("report", "success", "fail", "there is no report");
  const checks = reportChecks(await ports.blobs.get(input.report));
  const wallMs = ports.checkWallMs ?? defaultSettings.checkWallMs;
  const why = whyNotToRun(input, ports, []);
  for (const condition of spec.success) {
    if (condition.kind === "file") continue;
    const known = new Map<string, TestRun>();
    const where = { ...ports, repo, wallMs, signal: call.signal };
    checks.push(
      why === null
        ? await successCheck(where, base, condition, known)
        : { name: condition.command, kind: "success", outcome: "unverifiable", detail: why },
    );
  }
  return { checks, hits: [] };
}

function only(name: string, kind: Check["kind"], outcome: Check["outcome"], detail: string): Found {
  return { checks: [{ name, kind, outcome, detail }], hits: [] };
}
