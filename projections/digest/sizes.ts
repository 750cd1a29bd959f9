/** Characters of what others wrote that a line of the digest shows, at most. */
export const EXCERPT_CHARS_MAX = 240;
export const MODEL_CHARS_MAX = 60;
export const PATH_CHARS_MAX = 120;
export const COMMIT_CHARS = 10;
