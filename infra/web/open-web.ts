import type { Web } from "@nightshift/agents/web";
import { allowing } from "../bus/http/addresses.ts";
import type { DirectorConfig } from "../config/director.ts";
import { duckDuckGo } from "./duckduckgo.ts";
import type { SearchService } from "./search.ts";
import { searxng } from "./searxng.ts";
import { tavily } from "./tavily.ts";
import { createWeb } from "./web.ts";

type Environment = Readonly<Record<string, string | undefined>>;
const TAVILY_KEY = "TAVILY_API_KEY";

/**
 * The web as the director's settings have it: one's own SearXNG first where there is one, then
 * DuckDuckGo, which needs no key, then Tavily where there is a key (B19). Null where it is off.
 */
export function openWeb(config: DirectorConfig, env: Environment): Web | null {
  const { web, privateHosts } = config;
  if (!web.enabled) return null;
  const key = env[web.tavilyKeyEnv ?? TAVILY_KEY];
  const services: SearchService[] = [
    ...(web.searxngUrl === undefined ? [] : [searxng({ address: web.searxngUrl })]),
    duckDuckGo(),
    ...(key ? [tavily({ apiKey: key })] : []),
  ];
  return createWeb({ services, allows: allowing(privateHosts) });
}
