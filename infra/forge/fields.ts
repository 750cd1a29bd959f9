import { z } from "zod";

/** What every forge tells in its own place; what is no such thing makes its answer unreadable. */

/** A commit: it goes into the log, and into paths of the forge's API. */
export const Sha = z.string().regex(/^[0-9a-f]{40,64}$/, "is no commit");
export const RequestNumber = z.int().positive();
export const Login = z.string().min(1).max(255);
/** Where people look at a request. */
export const Url = z
  .string()
  .max(500)
  .regex(/^https?:\/\/\S+$/, "is no address");
