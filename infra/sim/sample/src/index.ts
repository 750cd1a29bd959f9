export { clamp } from "./clamp.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { formatMoney, splitEvenly } from "./money.ts";
export { deviation, histogram, mean, quantile, sum, variance } from "./stats.ts";
export { greeting, words } from "./words.ts";
