import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultSettings } from "@nightshift/protocol/settings";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { bodyOf, copyLog, filesIn, ofType, type RawEvent } from "./kept.ts";
import { play, type Played } from "./played.ts";
import { factsIn, readDocument, readTerminal, shownAs, ToldDigest } from "./told.ts";

/** The suite plays one night; `NIGHTSHIFT_SEEDS=1,2,3` plays more. */
const seeds = (process.env["NIGHTSHIFT_SEEDS"] ?? "1").split(",").map(Number);
const NIGHT_WALL_MS = 400_000;
/** What the host of a night may use of memory: a limit of the project. */
const PEAK_BYTES_MAX = 250_000_000;
const HALF_A_DAY_MS = 12 * 3_600_000;

describe.each(seeds)("a night of seed %i", (seed) => {
  const night: Partial<Played> = {};
  beforeAll(async () => void Object.assign(night, await play(seed)), NIGHT_WALL_MS);
  afterAll(() => night.rehearsal?.close());

  function played(): Played {
    const { rehearsal, state, added, ran, events, processes } = night;
    if (!rehearsal || !state || !added || !ran || !events || !processes)
      throw new Error("the night was not played");
    return { rehearsal, state, added, ran, events, processes };
  }

  test("every row comes out as expected, by git and the raw log alone", async () => {
    const { rehearsal, added, ran } = played();
    expect({ added: added.code, ran: ran.code }, ran.stderr).toEqual({ added: 0, ran: 0 });
    const Row = z.object({
      row: z.int(),
      expected: z.string(),
      happened: z.string(),
      ok: z.boolean(),
    });
    const rows = z.array(Row).parse((await rehearsal.check()).rows);
    expect(rows).toHaveLength(16);
    expect(rows.filter(({ ok }) => !ok)).toEqual([]);
  });

  test("what lives equals what is rebuilt, and the log is as it was written", async () => {
    const { rehearsal } = played();
    const replayed = await rehearsal.nightshift(["replay", "--check"]);
    expect(replayed.code, replayed.stderr).toBe(0);
    const verified = await rehearsal.nightshift(["log", "verify"]);
    expect(verified.code, verified.stderr).toBe(0);
    expect(verified.stderr).toMatch(/^As written: \d+ events in \d+ streams, 1 sealed/);
  });

  test("every call of a model is made again from its body, offline and byte by byte (G11)", async () => {
    const { rehearsal, events } = played();
    const { code, stdout, stderr } = await rehearsal.nightshift(["replay", "--calls", "--json"]);
    expect(code, stderr).toBe(0);
    const made = z.object({ calls: z.int(), same: z.int() }).parse(JSON.parse(stdout));
    expect(made.same).toBe(made.calls);
    expect(made.calls).toBeGreaterThanOrEqual(ofType(events, "attempt.executed").length);
  });

  test("one changed byte in the body of an event is named by stream and revision", async () => {
    const { rehearsal, state, events } = played();
    const copy = join(rehearsal.stage.root, "copy");
    mkdirSync(join(copy, "nightshift"), { recursive: true });
    const log = copyLog(state, join(copy, "nightshift"));
    const env = { XDG_STATE_HOME: copy };
    expect((await rehearsal.nightshift(["log", "verify"], { env })).code).toBe(0);
    const [gated] = ofType(events, "attempt.gated");
    if (!gated) throw new Error("nothing was gated");
    const changed =
      "UPDATE event SET body = replace(body, '\"score\":', '\"scorf\":') WHERE position = ?";
    expect(log.prepare(changed).run(gated.position).changes).toBe(1);
    log.close();
    const { code, stderr } = await rehearsal.nightshift(["log", "verify"], { env });
    expect(code).toBe(1);
    expect(stderr).toContain(
      `event ${gated.position}, ${gated.stream} revision ${gated.revision}:`,
    );
  });

  test("every claim of the digest rests on events that are there (I9)", async () => {
    const { rehearsal, events } = played();
    const { stdout } = await rehearsal.nightshift(["digest", "--json"]);
    const known = new Set(events.map(({ id }) => id));
    const facts = factsIn(ToldDigest.parse(JSON.parse(stdout)));
    expect(facts.length).toBeGreaterThan(30);
    expect(facts.filter(({ events: behind }) => behind.some((id) => !known.has(id)))).toEqual([]);
  });

  test("document and terminal say nothing that is not such a claim, and leave none out (I9)", async () => {
    const { rehearsal, state, ran, events } = played();
    const { stdout } = await rehearsal.nightshift(["digest", "--json"]);
    const digest = ToldDigest.parse(JSON.parse(stdout));
    const facts = factsIn(digest);
    const document = readDocument(readFileSync(join(state, "results/night-1/DIGEST.md"), "utf8"));
    const idOf = new Map([...document.events].map(([label, line]) => [label, line.split(" ")[0]]));
    for (const [label, line] of document.events) {
      const behind = events.find(({ id }) => id === idOf.get(label));
      expect(line).toBe(`${behind?.id} (${behind?.type}, position ${behind?.position})`);
    }
    const [shown = "", foot = ""] = ran.stdout.split("The events behind each line:");
    expect(foot.trim()).toBe("nightshift digest --events");
    const terminal = readTerminal(shown);
    const resolved = ({ text, cites }: { text: string; cites: string[] }) => ({
      text,
      events: cites.map((label) => String(idOf.get(label))).sort(),
    });
    const wanted = (show: (fact: (typeof facts)[number]) => string) =>
      facts.map((fact) => ({ text: show(fact), events: [...new Set(fact.events)].sort() }));
    expect(document.told.map(resolved)).toEqual(wanted(shownAs.markdown));
    expect(terminal.told.map(resolved)).toEqual(wanted(shownAs.terminal));
    const decided = digest.decisions.flatMap(({ command, otherwise }) => [command, otherwise]);
    const offered = digest.sections.flatMap(({ facts }) => facts.map(({ command }) => command));
    const commands = [...decided, ...offered];
    const titles = digest.sections.map(({ title }) => title);
    const framing = new Set([...titles, ...commands, "For you to decide"]);
    expect(terminal.others.filter((line) => !framing.has(line))).toEqual([]);
  });

  test("a merged line is walked back to prompt, bids, scores, reasons and cost", async () => {
    const { rehearsal, events } = played();
    const { repo } = rehearsal.stage;
    const blamed = execFileSync(
      "git",
      ["-C", repo, "blame", "-s", "main..nightshift/main", "--", "src/money.ts"],
      { encoding: "utf8" },
    );
    const line = blamed.split("\n").findIndex((one) => /^[0-9a-f]/.test(one)) + 1;
    const { stdout, code } = await rehearsal.nightshift(["why", `src/money.ts:${line}`, "--json"]);
    expect(code).toBe(0);
    const Step = z.object({
      kind: z.string(),
      text: z.string(),
      details: z.array(z.string()),
      events: z.array(z.string()).min(1),
      blobs: z.array(z.string()),
    });
    const told = z
      .object({
        origin: z.object({ attempt: z.string() }),
        title: z.string(),
        steps: z.array(Step),
      })
      .parse(JSON.parse(stdout));
    const known = new Map(events.map((event) => [event.id, event]));
    const kinds = ["integration", "gate", "scores", "verdict", "execution", "spend", "prompt"];
    for (const kind of [...kinds, "award", "bids", "plan", "claim", "proposal"]) {
      const step = told.steps.find((one) => one.kind === kind);
      expect(step, kind).toBeDefined();
      expect(
        step?.events.filter((id) => !known.has(id)),
        kind,
      ).toEqual([]);
    }
    const stepOf = (kind: string) => told.steps.find((one) => one.kind === kind);
    const textOf = (kind: string) =>
      [stepOf(kind)?.text, ...(stepOf(kind)?.details ?? [])].join("\n");
    expect(textOf("integration")).toContain("merged into nightshift/main");
    expect(textOf("gate")).toMatch(/^accepted at \d.*\ngreen: /);
    expect(textOf("scores")).toMatch(/heuristic \d+\.\d, judge \d+\.\d, blend \d+\.\d/);
    expect(textOf("spend")).toMatch(/\$0\.\d+ billed, \d+ tokens/);
    expect(stepOf("bids")?.events.length).toBeGreaterThan(1);
    const [blob = ""] = stepOf("prompt")?.blobs ?? [];
    const body = JSON.parse((await rehearsal.nightshift(["why", blob, "--json"])).stdout);
    expect(body.text).toMatch(/^# Task\n/m);
    expect(body.text).toContain(told.title.split(" ").slice(1).join(" "));
  });

  test("a line that the director wrote is not claimed", async () => {
    const { code, stderr } = await played().rehearsal.nightshift(["why", "src/clamp.ts:1"]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("git show"),
    });
  });

  test("nothing that is kept of the night knows what it was", () => {
    const { rehearsal, state, events } = played();
    const said = /rehears|\bscenario|scripted/i;
    const files = [...filesIn(state), ...filesIn(join(rehearsal.stage.root, "config"))];
    expect(files.length).toBeGreaterThan(200);
    const telling = files.filter(
      ([path, bytes]) => said.test(path) || said.test(bytes.toString("latin1")),
    );
    // The director's own settings name the variable in which their key is.
    expect(telling.map(([path]) => path).filter((path) => !path.endsWith("config.yaml"))).toEqual(
      [],
    );
    const rows = events.filter(({ body }) => /"row"\s*:/.test(JSON.stringify(body)));
    expect(rows).toEqual([]);
    const bodies = files
      .filter(([path]) => path.includes("/blobs/"))
      .map(([, bytes]) => bytes.toString());
    expect(bodies.filter((text) => /\\?"row\\?"\s*:|\brow \d/.test(text))).toEqual([]);
  });

  test("no key is kept anywhere (I12)", () => {
    const { rehearsal, state } = played();
    const key = rehearsal.stage.env["REHEARSAL_KEY"] ?? "";
    expect(key.length).toBeGreaterThan(8);
    expect(
      [...filesIn(state)].filter(([, bytes]) => bytes.includes(key)).map(([path]) => path),
    ).toEqual([]);
  });

  test("assessor and second implementer work in processes of their own, over the socket", () => {
    const { events, processes } = played();
    expect([...processes].sort()).toEqual(["assessor", "implementer-b"]);
    const joined = ofType(events, "agent.joined").map(({ actor, body }) => {
      const { name, standing, binding } = body;
      return { actor, name, standing, binding };
    });
    const over = { actor: "hub", standing: "house", binding: "websocket" };
    expect(joined).toHaveLength(2);
    expect(joined).toContainEqual({ ...over, name: "assessor" });
    expect(joined).toContainEqual({ ...over, name: "implementer-b" });
    // It wrote down itself what it was about to send, before it sent it.
    const prompted = ofType(events, "attempt.prompted").filter(
      ({ body }) => body["by"] === "implementer-b",
    );
    expect(new Set(prompted.map(({ actor }) => actor))).toEqual(new Set(["implementer-b"]));
    const judges = new Set(ofType(events, "attempt.assessed").map(({ body }) => body["by"]));
    expect(judges).toEqual(new Set(["assessor"]));
    expect(ofType(events, "agent.left")).toHaveLength(2);
  });

  test("nobody judges own work, and only what passed everything is merged (I4, I6)", () => {
    const { events } = played();
    const by = (type: string) =>
      new Map(ofType(events, type).map((event) => [event.stream, event.body]));
    const [executed, verified, assessed, gated] = ["executed", "verified", "assessed", "gated"].map(
      (verb) => by(`attempt.${verb}`),
    );
    const merges = ofType(events, "repo.merge-intended").map(({ body }) => body);
    expect(merges.length).toBeGreaterThan(9);
    for (const { attempt } of merges) {
      const stream = `attempt-${String(attempt)}`;
      expect(verified?.get(stream)?.["verdict"]).toBe("pass");
      expect(gated?.get(stream)?.["decision"]).toBe("accepted");
      const author = executed?.get(stream);
      expect([verified, assessed].map((one) => one?.get(stream)?.["by"])).not.toContain(
        author?.["by"],
      );
      expect(assessed?.get(stream)?.["family"]).not.toBe(author?.["family"]);
    }
  });

  test("every wait, lease, call, prompt and auction stays within its maximum (I8)", () => {
    const { events } = played();
    const { limitHoldMaxMs, taskLeaseMs, callWallMs } = defaultSettings;
    const most = (type: string, measure: (event: RawEvent) => number) =>
      Math.max(0, ...ofType(events, type).map(measure));
    const untilOf = ({ body, atMs }: RawEvent) => Number(body["untilMs"]) - atMs;
    expect(most("account.held", untilOf)).toBeLessThanOrEqual(limitHoldMaxMs);
    expect(most("attempt.deferred", untilOf)).toBeLessThanOrEqual(limitHoldMaxMs);
    expect(most("shift.paused", untilOf)).toBeLessThanOrEqual(HALF_A_DAY_MS);
    expect(most("task.claimed", ({ body }) => Number(body["leaseMs"]))).toBe(taskLeaseMs);
    expect(most("call.finished", ({ body }) => Number(body["durationMs"]))).toBeLessThanOrEqual(
      callWallMs,
    );
    for (const { body } of ofType(events, "attempt.prompted")) {
      expect(body["contextTokens"]).toBeLessThanOrEqual(Number(body["capTokens"]));
    }
    for (const bids of Map.groupBy(
      ofType(events, "attempt.bid"),
      ({ stream }) => stream,
    ).values()) {
      expect(bids.length).toBeLessThanOrEqual(20);
    }
  });

  test("what was reserved is settled or given back, once each (I3)", () => {
    const { events } = played();
    const ids = (type: string) =>
      ofType(events, type).map(({ body }) => String(body["reservation"]));
    const closed = [...ids("budget.settled"), ...ids("budget.released")].sort();
    expect(closed).toEqual(ids("budget.reserved").sort());
    expect(ids("budget.overshot")).toEqual([]);
  });

  test("every body that the log names can be read", () => {
    const { state, events } = played();
    const names = events.flatMap(({ body }) =>
      ["blob", "diff", "transcript", "report", "evidence", "request", "answer", "card"].flatMap(
        (key) => (/^[0-9a-f]{64}$/.test(String(body[key])) ? [body[key]] : []),
      ),
    );
    expect(names.length).toBeGreaterThan(200);
    for (const name of names) expect(bodyOf(state, name)).not.toBe("");
  });

  test(`the host needs at most ${PEAK_BYTES_MAX / 1_000_000} MB`, () => {
    const { peakBytes } = played().ran;
    expect(peakBytes).toBeGreaterThan(0);
    expect(peakBytes).toBeLessThanOrEqual(PEAK_BYTES_MAX);
  });
});
