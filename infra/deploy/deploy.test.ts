import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { issueKey } from "../bus/nats/keys.ts";
import { program } from "../cli/program.ts";
import { findNats } from "../sim/install-nats.ts";
import { describeWithNats } from "../sim/needs-nats.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "nightshift-deploy-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

await describeWithNats("nats.conf", () => {
  test.each(["nats.conf", "nats-machines.conf"])(
    "%s is one that the broker takes",
    async (name) => {
      const at = folder();
      cpSync(join(here, name), join(at, name));
      for (const agent of ["dispatcher", "planner"])
        issueKey(at, { name: agent, standing: "house" });
      issueKey(at, { name: "visitor", standing: "guest" });
      const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
      const files = ["-nodes", "-days", "2", "-keyout", "broker.key", "-out", "broker.pem"];
      execFileSync("openssl", [...made, ...files, "-subj", "/CN=localhost"], {
        cwd: at,
        stdio: "ignore",
      });
      const { status, stderr } = spawnSync((await findNats()) ?? "", ["-t", "-c", name], {
        cwd: at,
        encoding: "utf8",
      });
      expect(stderr).toContain("is valid");
      expect(status).toBe(0);
      const text = readFileSync(join(at, name), "utf8");
      expect(text).toContain("sync_interval: always");
      expect(text).toContain("max_payload: 8MB");
    },
  );
});

const Service = z.object({
  command: z.array(z.string()).optional(),
  image: z.string().optional(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  restart: z.enum(["always", "no"]),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()),
});
const Compose = z.object({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
});

test("the compose file starts a broker, a log, and every role of a night by its own verb", () => {
  const text = readFileSync(join(here, "compose.yaml"), "utf8");
  const { services, volumes } = Compose.parse(parse(text, { merge: true }));
  const verb = program.commands.find((command) => command.name() === "agent");
  const known = new Set(verb?.options.map(({ long }) => long));
  const roles: string[] = [];
  for (const [name, { command = [], build, image }] of Object.entries(services)) {
    expect(build === undefined, name).toBe(image !== undefined);
    if (build === undefined) continue;
    expect(command[0], name).toBe("agent");
    expect(command.filter((word) => word.startsWith("--") && !known.has(word))).toEqual([]);
    roles.push(...command.slice(1).filter((word) => !word.startsWith("--") && !word.includes(":")));
  }
  expect(roles.toSorted()).toEqual([
    "assessor",
    "dispatcher",
    "dispatcher",
    "evolver",
    "implementer",
    "planner",
    "verifier",
  ]);
  const named = Object.values(services).flatMap((service) => service.volumes);
  for (const name of Object.keys(volumes)) {
    expect(
      named.some((volume) => volume.startsWith(`${name}:`)),
      name,
    ).toBe(true);
  }
});

const units = readdirSync(join(here, "systemd"));
const systemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

describe.skipIf(!systemd)("units of systemd (needs systemd-analyze)", () => {
  test.each(units)("%s is one that systemd takes", (name) => {
    const at = folder();
    // The programs need not be installed here for the units to be right.
    for (const unit of units) {
      const text = readFileSync(join(here, "systemd", unit), "utf8");
      const placed = text.replaceAll(
        /\/usr\/local\/bin\/(nightshift|nats-server)/g,
        process.execPath,
      );
      writeFileSync(join(at, unit), placed);
    }
    const file = join(at, name).replace("@.service", "@planner.service");
    if (file !== join(at, name)) cpSync(join(at, name), file);
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], {
      encoding: "utf8",
      env: { ...process.env, SYSTEMD_UNIT_PATH: `${at}:` },
    });
    const about = stderr.split("\n").filter((line) => line.includes("nightshift"));
    expect(about).toEqual([]);
    expect(status).toBe(0);
  });
});

test("the units call verbs and options that there are", () => {
  const verb = program.commands.find((command) => command.name() === "agent");
  const known = new Set(verb?.options.map(({ long }) => long));
  for (const unit of units) {
    const text = readFileSync(join(here, "systemd", unit), "utf8");
    const [, line] = /^ExecStart=\/usr\/local\/bin\/nightshift (.*)$/m.exec(text) ?? [];
    if (line === undefined) continue;
    expect(line).toMatch(/^agent /);
    const unknown = line.split(" ").filter((word) => word.startsWith("--") && !known.has(word));
    expect(unknown, unit).toEqual([]);
  }
});
