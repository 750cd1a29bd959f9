import type { Linted } from "@nightshift/protocol/linted";

/** What linters found in a change, as lines: the sum first, then each finding that is listed. */
export function lintWords({ files, unread, total, findings }: Linted): string[] {
  const missing = unread === 0 ? "" : `, ${unread} not read`;
  return [
    `linters: ${total} new ${total === 1 ? "finding" : "findings"} in ${files} files${missing}`,
    ...findings.map(({ rule, file, line, message }) => `${rule} in ${file}:${line}: ${message}`),
  ];
}
