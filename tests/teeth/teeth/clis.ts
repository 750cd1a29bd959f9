import { inFile, type Tooth } from "../tooth.ts";

const folder = "infra/workers/coding-agents";
const tap = inFile(`${folder}/tap/tap.ts`, `${folder}/tap/tap.test.ts`);
const broken = inFile(`${folder}/tap/tap.ts`, `${folder}/tap/broken-off.test.ts`);
const answer = inFile(`${folder}/tap/answer.ts`, `${folder}/tap/tap.test.ts`);
const refusal = inFile(`${folder}/tap/refusal.ts`, `${folder}/tap/refusal.test.ts`);
const session = inFile(`${folder}/acp/session.ts`, `${folder}/acp/any.test.ts`);
const word = inFile(`${folder}/acp/word.ts`, `${folder}/acp/any.test.ts`);
const program = inFile(`${folder}/program.ts`, `${folder}/program.test.ts`);
const outcome = inFile(`${folder}/outcome.ts`, `${folder}/outcome.test.ts`);
const template = inFile(`${folder}/template.ts`, `${folder}/program.test.ts`);
const probe = inFile(`${folder}/probe.ts`, `${folder}/probe.test.ts`);
const opencode = inFile(`${folder}/opencode-stream.ts`, `${folder}/opencode-stream.test.ts`);
const journal = inFile(`${folder}/copilot-journal.ts`, `${folder}/copilot-journal.test.ts`);

/** What agent CLIs tell, what the wire tells for them, and what they are never given. */
export const cliTeeth: readonly Tooth[] = [
  tap(
    "I12: whoever has no pass is not let through to the key",
    "return isOurs ? headers : null;",
    "return headers;",
  ),
  tap(
    "I12: no target leads the key to another host",
    "return url?.origin === origin ? url : null;",
    "return URL.parse(`${origin}${path}`) ?? url;",
  ),
  tap(
    "C27: with the end of a run nobody is answered",
    "AbortSignal.any([controller.signal, options.signal])",
    "controller.signal",
  ),
  tap("I8: a CLI has no more connections than it needs", "= CONNECTIONS_MAX;", "= 1_000;"),
  inFile(`${folder}/tap/body.ts`, `${folder}/tap/body.test.ts`)(
    "I8: all calls together hold no more than there is room for",
    "if (!held.add(chunk.length)) return 503;",
    "",
  ),
  inFile(`${folder}/tap/body.ts`, `${folder}/tap/body.test.ts`)(
    "a call gives back the room that it took",
    "used -= own;",
    "",
  ),
  tap("an answered call holds nothing", 'response.once("close", () => held.giveBack());', ""),
  broken(
    "C27 I3: what an answer told before it was broken off holds",
    "take(answer, said, { withTools, isLost: !signal.aborted });",
    "",
  ),
  broken(
    "E2: a server that breaks off has not recovered",
    "if (!isLost) tapped.failing = null;",
    "tapped.failing = null;",
  ),
  inFile(`${folder}/opened.ts`, `${folder}/run.test.ts`)(
    "I3: the wire is heard to its end before a run is judged",
    "// What passed on the wire is heard to its end before it is judged.\n          await place.close();",
    "",
  ),
  broken("an answer to nobody is ended", "() => gone.abort()", "() => {}"),
  inFile(`${folder}/place.ts`, `${folder}/run.test.ts`)(
    "C27: whoever is stopped has no model any more",
    "onEnd: end, signal: ended",
    "onEnd: end, signal: setup.signal",
  ),
  inFile(`${folder}/run.ts`, `${folder}/run.test.ts`)(
    "C27: a CLI that goes on after a cut is stopped",
    "if (stop) run.end();",
    "",
  ),
  tap("C27: a cut answer ends the run", "tapped.cut = true;", "tapped.cut = false;"),
  tap(
    "a title that was cut is no cut of the work",
    "!cut || !withTools || !endsAtCut",
    "!cut || !endsAtCut",
  ),
  tap("I7: a limit of an hour ends the run", "tapped.limit = { resetsAtMs };", ""),
  tap(
    "a limit of seconds does not throw the work away",
    "resetsAtMs - nowMs <= settings.limitPatienceMs",
    "resetsAtMs - nowMs < 0",
  ),
  tap(
    "I8: nobody asks a limit forever",
    "limits < settings.limitRefusalsMax &&",
    "limits < 1_000 &&",
  ),
  tap(
    "I8: nobody asks a broken server forever",
    "(failures += 1) >= FAILURES_MAX",
    "(failures += 1) >= 1_000",
  ),
  tap(
    "a refused key ends the run at once",
    "tapped.refusedKey = true;\n      onEnd();",
    "tapped.refusedKey = true;",
  ),
  answer(
    "I3: cached input is counted as such",
    "cachedTokens: read ?? openAi ??",
    "cachedTokens: read ??",
  ),
  refusal(
    "I7: Gemini tells its reset in the body",
    "resetOf(headers, nowMs) ?? believable(latest, nowMs)",
    "resetOf(headers, nowMs)",
  ),
  refusal("a refused key of Gemini is known by its reason", "|| wrongKey", ""),
  session(
    "without a sandbox an agent runs nothing",
    "const may = contained ||",
    "const may = true ||",
  ),
  word(
    "what an agent does not tell is unknown",
    'tells.truncation ? "finished" : "unknown"',
    '"finished"',
  ),
  program(
    "a program that does not tell its end is unknown",
    'result.exitCode === 0 ? "unknown" : null',
    'result.exitCode === 0 ? "finished" : null',
  ),
  inFile(`${folder}/outcome.ts`, `${folder}/program.test.ts`)(
    "E2: who gives up for the network has not crashed",
    "if (tapped?.limit) return",
    "if (tapped?.limit && !word.failure) return",
  ),
  outcome(
    "I3: what passed on the wire is counted, whatever the CLI counts",
    "tapped && tapped.calls > 0 ? tapped.usage : word.usage",
    "word.usage ?? tapped?.usage ?? null",
  ),
  outcome(
    "I3: a call that a CLI does not count is paid for by the table",
    "return isAll ? (costMicroUsd",
    "return true ? (costMicroUsd",
  ),
  outcome("a finished run is not thrown away for a helper's last call", "&& !hasFinished", ""),
  inFile(`${folder}/opened.ts`, `${folder}/run.test.ts`)(
    "I12: no private home stays, whatever goes wrong",
    "await home.close();",
    "",
  ),
  program(
    "I12: no complaint of a program tells a key",
    "mask(result.stderr, secrets)",
    "result.stderr",
  ),
  template(
    "what fills a blank is never a blank",
    "/\\{(model|clone|home|prompt)\\}/g",
    "/\\{(model|home|prompt)\\}/g",
  ),
  probe(
    "A16: only the line on the disk proves that an agent writes",
    "if (written.trim() === line)",
    "if (failure === null)",
  ),
  probe("a limit is no fault of an agent", "if (failure instanceof LimitReached)", "if (false)"),
  opencode(
    "C27: opencode is stopped at a cut",
    'return { stop: word.end === "truncated" };',
    "return {};",
  ),
  opencode(
    "prose is never a limit",
    "if (status === 429)",
    'if (status === 429 || /limit/.test(data?.message ?? ""))',
  ),
  journal(
    "I7: a limit of Copilot is known by its status",
    "status === 429 || status === 402",
    "status === 1",
  ),
];
