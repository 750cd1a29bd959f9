import { readdirSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { isFolder } from "./mounts.ts";

/**
 * Folders of a machine in which secrets, sockets of services and other people's files lie. Many are
 * for root alone, which matters where Night Shift itself runs as root.
 */
const PRIVATE_FOLDERS = `
  /etc/ssh /etc/ssl/private /etc/sudoers.d /etc/wireguard /etc/letsencrypt /etc/kubernetes
  /etc/rancher /etc/NetworkManager/system-connections
  /var/mail /var/spool /var/log /var/backups /var/www /var/crash
  /var/lib/docker /var/lib/containerd /var/lib/containers /var/lib/kubelet /var/lib/rancher
  /var/lib/postgresql /var/lib/mysql /var/lib/redis /var/lib/mongodb /var/lib/jenkins
  /var/lib/NetworkManager /var/lib/private /var/lib/sudo /var/lib/systemd`
  .trim()
  .split(/\s+/);

/**
 * What a system is made of. Any other folder at the top (`/home`, `/root`, `/run`, `/mnt`, `/srv`,
 * `/data`, `/work`) holds somebody's files, other repositories among them, and is hidden.
 */
const SYSTEM_FOLDERS = new Set(
  "bin dev etc gnu lib lib32 lib64 libx32 nix opt proc sbin sys tmp usr var snap sw".split(" "),
);

/** Files that only root may read, which matters where Night Shift itself runs as root. */
const PRIVATE_FILES = ["/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-"].concat([
  "/etc/sudoers",
  "/etc/krb5.keytab",
]);

/** Programs of systems that keep the current generation there. */
export const SYSTEM_PLACES = ["/run/current-system", "/run/opengl-driver", "/run/wrappers"];

/**
 * Toolchains below a home folder: programs and caches, no credentials (those of cargo lie beside
 * its `bin` and `registry`), each with the variable that tells its tools where it is.
 */
const TOOLCHAINS: readonly (readonly [folder: string, variable: string | null])[] = [
  [".rustup", "RUSTUP_HOME"],
  [".cargo/bin", null],
  [".cargo/registry", null],
  [".pyenv", "PYENV_ROOT"],
  [".rbenv", "RBENV_ROOT"],
  [".volta", "VOLTA_HOME"],
  [".asdf", "ASDF_DATA_DIR"],
  [".local/share/mise", "MISE_DATA_DIR"],
  [".local/share/uv/python", null],
  [".nvm/versions", null],
  [".bun/bin", null],
  [".deno/bin", null],
  [".sdkman", null],
  ["go/pkg/mod", "GOMODCACHE"],
];

/** Homes of the director and folders the environment names as private. */
export function privateFolders(environment: NodeJS.ProcessEnv): string[] {
  const named = ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"].concat([
    "XDG_RUNTIME_DIR",
    "TMPDIR",
    "GNUPGHOME",
    "CLOUDSDK_CONFIG",
  ]);
  const top = readdirSync("/").filter((name) => !SYSTEM_FOLDERS.has(name));
  return [
    ...PRIVATE_FOLDERS,
    ...top.map((name) => `/${name}`),
    ...homes(environment),
    ...named.map((name) => environment[name]).filter((path) => path?.startsWith("/")),
  ].filter((path): path is string => path !== undefined && isFolder(path));
}

/** Files that are private, and those the environment names as such. */
export function privateFiles(environment: NodeJS.ProcessEnv): string[] {
  const named = ["KUBECONFIG", "GOOGLE_APPLICATION_CREDENTIALS", "AWS_SHARED_CREDENTIALS_FILE"];
  const paths = named.map((name) => environment[name]).filter((path) => path?.startsWith("/"));
  return [...PRIVATE_FILES, ...paths.filter((path) => path !== undefined)];
}

/** Folders of toolchains below the homes, and the variables that name them. */
export function toolchains(environment: NodeJS.ProcessEnv): {
  folders: string[];
  variables: Record<string, string>;
} {
  const found = homes(environment).flatMap((home) =>
    TOOLCHAINS.map(([folder, variable]) => ({ path: join(home, folder), variable })),
  );
  const there = found.filter(({ path }) => isFolder(path));
  return {
    folders: there.map(({ path }) => path),
    variables: Object.fromEntries(
      there.flatMap(({ path, variable }) => (variable === null ? [] : [[variable, path]])),
    ),
  };
}

/** The home the environment tells and the one the system knows may differ; both are private. */
function homes(environment: NodeJS.ProcessEnv): string[] {
  return [...new Set([environment["HOME"] ?? homedir(), homedir(), userInfo().homedir])].filter(
    (home) => home.startsWith("/") && home !== "/",
  );
}
