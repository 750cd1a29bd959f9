/** The task an attempt is a try at; the inverse of `attemptId`. */
export function taskOf(attempt: string): string {
  return attempt.replace(/-g\d+$/, "");
}
