/** How programs with a network get out of this machine, as the director's environment tells it. */
export type WayOut = {
  /** Registries and certificates. */
  variables: Record<string, string>;
  /** Proxies of the director; inside a sandbox the house's own takes their place. */
  proxies: Record<string, string>;
  /** Certificates that must be readable for that. */
  files: string[];
};

/** Proxies and registries; tools read them in small letters or capitals. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
const REGISTRIES = ["NPM_CONFIG_REGISTRY", "PIP_INDEX_URL", "UV_INDEX_URL", "GOPROXY"];
/** Certificates of a company whose proxy looks into what passes. */
const CERTIFICATES = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"].concat([
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "CARGO_HTTP_CAINFO",
  "PIP_CERT",
  "NPM_CONFIG_CAFILE",
]);

/**
 * What a program needs to reach the network where it is not open to everyone. An address with a
 * name or password in it is left out: what is not trusted must not learn it (I12).
 */
export function wayOut(environment: Readonly<Record<string, string | undefined>>): WayOut {
  const given = (names: readonly string[]) =>
    names
      .flatMap((name) => [name, name.toLowerCase()])
      .flatMap((name) => {
        const value = environment[name];
        return value ? [{ name, value }] : [];
      });
  const open = (names: readonly string[]) =>
    given(names).filter(({ value }) => !/:\/\/[^/,\s]*@/.test(value));
  const certificates = given(CERTIFICATES).filter(({ value }) => value.startsWith("/"));
  const record = (found: ReturnType<typeof given>) =>
    Object.fromEntries(found.map(({ name, value }) => [name, value]));
  return {
    variables: record([...open(REGISTRIES), ...certificates]),
    proxies: record([...open(PROXIES), ...given(["NO_PROXY"])]),
    files: certificates.map(({ value }) => value),
  };
}
