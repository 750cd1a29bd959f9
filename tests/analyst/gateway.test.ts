import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDirector, writeHistory, type Director } from "@nightshift/infra/cli/fixture";
import { wholeNight } from "@nightshift/projections/whole-night";
import { startGateway, type GatewayProcess } from "../gateway/gateway-process.ts";

const WALL_MS = 120_000;
const PROGRAM = fileURLToPath(new URL("night.py", import.meta.url));
/** A Python with `esdbclient`; without one the program in Python is not run. */
const PYTHON = process.env["NIGHTSHIFT_PYTHON"] ?? "python3";

let who: Director;
let gateway: GatewayProcess;
let file = "";

beforeAll(async () => {
  who = await openDirector();
  gateway = await startGateway();
  gateway.grant("house", "house");
  gateway.grant("analyst", "analyst");
  await writeHistory(who, wholeNight);
  file = join(who.root, "night.ndjson");
  await who.nightshift(["log", "export", "--out", file]);
}, WALL_MS);
afterAll(async () => {
  await gateway.stop();
  who.close();
});

const there = (name: string) => ["--log", gateway.where("esdb", name)];

test(
  "an export becomes an equal log behind a server, and goes on where it was broken off",
  async () => {
    const lines = readFileSync(file, "utf8").split("\n");
    const half = join(who.root, "half.ndjson");
    writeFileSync(half, `${lines.slice(0, 50).join("\n")}\n`);
    expect(await who.nightshift([...there("house"), "log", "import", half])).toMatchObject({
      code: 0,
    });
    const rest = await who.nightshift([...there("house"), "log", "import", file, "--json"]);
    expect(JSON.parse(rest.stdout)).toMatchObject({ events: wholeNight.length - 50 });
    expect(rest.stdout + rest.stderr).not.toMatch(/house:[^@\s]+@/);
    const back = await who.nightshift([...there("analyst"), "log", "export"]);
    expect(back.stdout).toBe(readFileSync(file, "utf8"));
    const other = join(who.root, "other.ndjson");
    writeFileSync(other, `${lines.slice(0, 10).join("\n")}\n`);
    const refused = await who.nightshift([...there("house"), "log", "import", other]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("other events") });
  },
  WALL_MS,
);

test("SQL over a log behind a server says how to get a copy of it home", async () => {
  const { code, stderr } = await who.nightshift([...there("analyst"), "log", "query", "SELECT 1"]);
  expect(code).toBe(1);
  expect(stderr).toContain("nightshift log export | nightshift --log copy.sqlite log import -");
  expect(stderr).not.toMatch(/analyst:[^@\s]+@/);
});

test("a program in Python reads the log through the gateway", ({ skip }) => {
  if (spawnSync(PYTHON, ["-c", "import esdbclient"]).status !== 0) {
    const missing = `no esdbclient for ${PYTHON}: pip install esdbclient`;
    if (process.env["CI"] === "true") throw new Error(missing);
    return skip(missing);
  }
  const [uri = ""] = gateway.where("esdb", "analyst").split("?");
  const told = execFileSync(PYTHON, [PROGRAM], {
    env: {
      ...process.env,
      NIGHTSHIFT_URI: uri,
      NIGHTSHIFT_CA: join(gateway.folder, "gateway", "authority.pem"),
    },
  });
  expect(told.toString()).toMatch(/^\S+ +\$\d+\.\d{4}$/m);
  expect(told.toString()).toMatch(/^3 merged$/m);
});
