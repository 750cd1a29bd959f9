/**
 * Whoever was asked gave no answer that can be used: gone, broken, too late, or not what the skill
 * promises. It is the agent that failed, not the log and not git: the attempt ends, the night goes on.
 */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}
