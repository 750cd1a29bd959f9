import { isLoopback } from "./allow-list.ts";
import type { Target } from "./dial.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy by which the director's environment reaches a host, or null for none. */
export function upstreamFor({ host, port }: Target, environment: Environment): URL | null {
  if (isLoopback(host) || isExempt(host, port, told(environment, "NO_PROXY"))) return null;
  const scheme = port === 80 ? "HTTP_PROXY" : "HTTPS_PROXY";
  const named = told(environment, scheme) || told(environment, "ALL_PROXY");
  if (named === "") return null;
  const url = URL.parse(named.includes("://") ? named : `http://${named}`);
  return url !== null && /^https?:$/.test(url.protocol) ? url : null;
}

function told(environment: Environment, name: string): string {
  return environment[name.toLowerCase()] || environment[name] || "";
}

/** Reads `NO_PROXY` as curl does: names and their subdomains, with or without a port, or `*`. */
function isExempt(host: string, port: number, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const [name = "", only] = entry
        .toLowerCase()
        .replace(/^\*?\./, "")
        .split(":");
      const here = host.toLowerCase();
      return (here === name || here.endsWith(`.${name}`)) && (!only || Number(only) === port);
    });
}
