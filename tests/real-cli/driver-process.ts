import { forgetful } from "@nightshift/infra/workers/coding-agents/probe";
import { cliNames } from "@nightshift/infra/sim/install-cli";
import { agentFor } from "./agents.ts";

/**
 * A driver at work in a process of its own, to be killed:
 * `node tests/real-cli/driver-process.ts <cli> <url> <homes> <clone>`.
 */
const [asked = "", url = "", homes = "", clone = ""] = process.argv.slice(2);
const name = cliNames.find((known) => known === asked);
if (name === undefined) throw new Error(`no CLI ${asked}`);
const signIn = { apiKey: "sk-dummy-0123456789" };
const agent = await agentFor(name, { url, homes, blobs: forgetful, signIn, tapped: true });
const work = { prompt: "Write add.", clone, silenceMs: 600_000, wallMs: 600_000 };
const { signal } = new AbortController();
await agent.work(work, { signal, onProgress: () => {} });
