import { createAnthropicModel } from "./anthropic.ts";
import { completionsContract } from "./completions-contract.ts";

completionsContract((url, blobs, identity) =>
  createAnthropicModel({ ...identity, baseUrl: url, blobs }),
);
