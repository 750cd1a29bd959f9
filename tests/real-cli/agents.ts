import type { Blobs, CodingAgent } from "@nightshift/agents/ports";
import { cachedCli } from "@nightshift/infra/sim/install-cli";
import type { CliName } from "@nightshift/infra/sim/install-cli";
import { drivers } from "@nightshift/infra/workers/coding-agents/drivers";
import type { SignIn } from "@nightshift/infra/workers/coding-agents/options";
import type { CodingAgentKind } from "@nightshift/infra/workers/coding-agents/registry";
import { profileOf } from "@nightshift/infra/workers/models/profiles";
import { detectSandbox } from "@nightshift/infra/workers/sandbox/detect";
import { createOff } from "@nightshift/infra/workers/sandbox/off";

/** A model that each CLI takes, and the driver that drives it. */
export const clis = {
  claude: { kind: "claude-code", model: "claude-sonnet-4-6", path: "" },
  codex: { kind: "codex", model: "gpt-5.5", path: "/v1" },
  gemini: { kind: "gemini", model: "gemini-2.5-pro", path: "" },
  opencode: { kind: "opencode", model: "qwen3-coder", path: "/v1" },
  qwen: { kind: "qwen", model: "qwen3-coder-plus", path: "/v1" },
  copilot: { kind: "copilot", model: "gpt-5.2", path: "/v1" },
} as const satisfies Record<CliName, { kind: CodingAgentKind; model: string; path: string }>;

/** The real CLI, installed by npm, in the sandbox of this machine. */
export async function agentFor(
  name: CliName,
  place: {
    url: string;
    homes: string;
    blobs: Blobs;
    signIn: SignIn;
    tapped: boolean;
  },
): Promise<CodingAgent> {
  const { kind, model, path } = clis[name];
  const detected = await detectSandbox();
  return drivers[kind]({
    ...profileOf(model),
    name,
    model,
    account: "a",
    binary: (await cachedCli(name)) ?? "",
    sandbox: "sandbox" in detected ? detected.sandbox : createOff(),
    blobs: place.blobs,
    homes: place.homes,
    tapped: place.tapped,
    env: { ...place.signIn, baseUrl: `${place.url}${path}` },
  });
}
