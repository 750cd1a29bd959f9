const OWN = "localhost,127.0.0.1,::1";

/** Tells programs of a proxy on loopback; tools read it in small letters or capitals. */
export function proxyVariables(port: number): Record<string, string> {
  const proxy = `http://127.0.0.1:${port}`;
  const names = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy, NO_PROXY: OWN };
  const small = Object.entries(names).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...names, ...Object.fromEntries(small), NODE_USE_ENV_PROXY: "1" };
}
