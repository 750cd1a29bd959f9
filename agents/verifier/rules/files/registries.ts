import { isHarmless } from "../places.ts";

const KNOWN: ReadonlySet<string> = new Set(
  `pypi.org files.pythonhosted.org rubygems.org index.rubygems.org repo.maven.apache.org
  repo1.maven.org repo.maven.org central.sonatype.com oss.sonatype.org s01.oss.sonatype.org
  maven.google.com dl.google.com plugins.gradle.org services.gradle.org crates.io index.crates.io
  static.crates.io proxy.golang.org sum.golang.org go.dev registry.npmjs.org registry.yarnpkg.com
  npm.jsr.io jsr.io nodejs.org conda.anaconda.org repo.anaconda.com packagist.org
  repo.packagist.org api.nuget.org www.nuget.org hex.pm repo.hex.pm pub.dev hackage.haskell.org
  cran.r-project.org cloud.r-project.org cdn.cocoapods.org static.rust-lang.org sh.rustup.rs
  repo.clojars.org clojars.org json-schema.org www.w3.org json.schemastore.org
  deb.debian.org security.debian.org archive.ubuntu.com security.ubuntu.com
  dl-cdn.alpinelinux.org`.split(/\s+/),
);
/** Where modules of Go come from besides github.com: their paths say it. */
const GO_HOSTS =
  /^(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|(?:[\w-]+\.)?golang\.org|(?:[\w-]+\.)?google\.(?:com|golang\.org)|google\.golang\.org|cloud\.google\.com|gopkg\.in|go\.uber\.org|(?:sigs\.)?k8s\.io|go\.opentelemetry\.io|go\.etcd\.io|go\.mongodb\.org|go\.opencensus\.io|honnef\.co|modernc\.org|mvdan\.cc|rsc\.io|gotest\.tools|gorm\.io|gonum\.org|entgo\.io|dario\.cat|gocloud\.dev|golang\.design|lukechampine\.com|filippo\.io|software\.sslmate\.com|nhooyr\.io|buf\.build|connectrpc\.com|helm\.sh|istio\.io|knative\.dev|oras\.land|zgo\.at|git\.sr\.ht|pault\.ag|storj\.io|tailscale\.com|4d63\.com|cel\.dev)$/;
const IMAGES =
  /^(?:docker\.io|registry-1\.docker\.io|ghcr\.io|quay\.io|(?:[\w-]+\.)?gcr\.io|[\w-]+-docker\.pkg\.dev|mcr\.microsoft\.com|public\.ecr\.aws|registry\.k8s\.io|registry\.gitlab\.com|registry\.access\.redhat\.com|nvcr\.io|cgr\.dev|localhost(?::\d+)?)$/;

/** Addresses with their schemes, and `git@host:path`. */
const ADDRESS =
  /\b(?:[a-z][a-z\d]*\+)?(?:https?|ssh|git|s?ftp|svn|file|hg|sparse|s3|gs):\/\/[^\s"'`<>)\],]*|\b(?:git|hg)@[\w.-]+:[^\s"'`]+/gi;
/** The index of crates.io as lock files name it. */
const CRATES = "registry+https://github.com/rust-lang/crates.io-index";

/** The first address of a text that is no registry's; null where all are. */
export function foreignIn(text: string): string | null {
  for (const [address] of text.matchAll(ADDRESS)) {
    if (!isRegistry(address)) return address;
  }
  return null;
}

export function isRegistry(address: string): boolean {
  if (address.startsWith(CRATES)) return true;
  if (!/^(?:sparse\+)?https?:/i.test(address)) return false;
  const host = /:\/\/(?:[^/@]*@)?([^/:?#]+)/.exec(address)?.[1]?.toLowerCase() ?? "";
  return KNOWN.has(host);
}

/** Whether modules of Go come from a host that its path names; names without a dot are its own. */
export function isGoHost(path: string): boolean {
  const [host = ""] = path.split("/");
  return !host.includes(".") || GO_HOSTS.test(host) || isHarmless(host, KNOWN);
}

/** Whether an image of containers comes from a place that everybody takes them from. */
export function isKnownImage(image: string): boolean {
  const [first = "", ...rest] = image.split("/");
  return rest.length === 0 || !/[.:]/.test(first) || IMAGES.test(first) || isHarmless(first, KNOWN);
}
