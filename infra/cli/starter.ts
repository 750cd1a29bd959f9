import { stringify } from "yaml";
import type { Worker } from "../config/director.ts";

/** A first `nightshift.config.yaml`, with what else could stand in it as comments. */
export function repositoryFile(found: { test: string; prepare: string | null }): string {
  return `# How Night Shift works on this repository. Commit it: no task may change it.

# The command that must stay green. It runs in the sandbox, without network.
${stringify({ test: found.test }, YAML).trim()}

# Prepares a fresh checkout; the only step with network, once for each state of the lock files.
# null: nothing to install, or take what is installed here.
${stringify({ prepare: found.prepare }, YAML).trim()}

# Accepted work is merged here, never into the branch that you have checked out.
target: nightshift/main

# What a merge needs: pull-request (your approval), when-green (tests and gates), or never.
merge: pull-request
# mergeByCategory: { docs: when-green }

# Paths that no task may change, besides this file, CI and git's own.
# sealed: ["scripts/**"]

# Tasks at once, and the files that you write to Night Shift in.
# parallel: 1
# backlog: TASKS.md
# notes: NIGHT-NOTES.md

# required, or off: work without a sandbox, at your own risk.
sandbox: required
`;
}

/** A director's first \`config.yaml\`, with the workers that were found. */
export function directorFile(timeZone: string, workers: readonly Worker[]): string {
  return `# Your settings for all repositories. Keys stay in the environment; never write one here.

# Days, weeks and clock times are meant in this zone.
${stringify({ timeZone }, YAML).trim()}

# No work begins that could go over one of these; null: no limit.
budget:
  dayUsd: 5
  nightUsd: null
  weekTokens: 3500000

# Where model work is done. kind: anthropic, openai (any compatible baseUrl), claude-code, codex,
# gemini, opencode, qwen, copilot, acp (any agent that speaks it) or program (any that edits files).
${stringify({ workers }, YAML).trim()}
# - { name: local, kind: openai, model: "qwen2.5-coder:32b", baseUrl: "http://127.0.0.1:11434/v1", tier: local }
# - { name: goose, kind: acp, command: [goose, acp], model: gpt-6.1-sol, loginHome: "…", login: ".config/goose/secrets.yaml" }
# - { name: aider, kind: program, command: [aider, --yes, --model, "{model}", --message-file, "{prompt}"], model: gpt-6.1-sol, apiKeyEnv: OPENAI_API_KEY }
`;
}

const YAML = { lineWidth: 0 } as const;
