import { buildFindings } from "./build-files.ts";
import type { Finding } from "../finding.ts";
import { gemFindings } from "./gemfile.ts";
import { gradleFindings } from "./gradle.ts";
import { listFindings } from "./lists.ts";
import { settingsFindings } from "../texts/settings-secrets.ts";
import { tomlFindings } from "./toml-manifest.ts";
import { xmlFindings } from "./xml-manifest.ts";

/** Breaks in files that package managers and build tools read. */
export function fileFindings(path: string, text: string): Finding[] {
  return [
    ...buildFindings(path, text),
    ...listFindings(path, text),
    ...tomlFindings(path, text),
    ...xmlFindings(path, text),
    ...gradleFindings(path, text),
    ...gemFindings(path, text),
    ...settingsFindings(path, text),
  ];
}
