import type { Change } from "../../changes.ts";
import { matchesAny } from "../../glob.ts";
import type { Finding } from "../finding.ts";

const HOOKS = `applypatch-msg pre-applypatch post-applypatch pre-commit pre-merge-commit
  prepare-commit-msg commit-msg post-commit pre-rebase post-checkout post-merge pre-push pre-receive
  post-receive post-update post-rewrite pre-auto-gc fsmonitor-watchman sendemail-validate
  reference-transaction push-to-checkout proc-receive p4-pre-submit`
  .split(/\s+/)
  .join(",");

/** Files that run or steer something without being called, by the rule that they break. */
const RUNS_UNASKED: readonly (readonly [rule: string, globs: readonly string[]])[] = [
  [
    "git-hook",
    [
      "**/.{husky,git,githooks,git-hooks,hooks}/**",
      "**/{githooks,git-hooks,git_hooks}/**",
      `**/{${HOOKS}}`,
      `**/{${HOOKS}}.{sh,bash,py,js,cjs,mjs,ts,rb,pl,ps1}`,
      "**/.{huskyrc,lefthook,overcommit,pre-commit-config,pre-commit-hooks,commitlintrc,lintstagedrc,simple-git-hooks,prek}{,.*}",
      "**/{lefthook,lefthook-local,huskyfile,captainhook,grumphp,simple-git-hooks,lint-staged.config,husky.config,prek,hk}.*",
      "**/.config/{lefthook,git,husky}*{,/**}",
      "**/{.gitconfig,gitconfig,.hgrc,hgrc}",
    ],
  ],
  [
    "continuous-integration",
    [
      "**/.github/{workflows,actions}/**",
      "**/.{gitlab-ci,travis,drone,woodpecker,cirrus,appveyor,semaphore,codeship,shippable,wercker,build,readthedocs,circle,scrutinizer,styleci,codeclimate,platform.app,goreleaser,prow}{,.*}",
      "**/*.gitlab-ci.{yml,yaml}",
      "**/.{forgejo,gitea,gogs}/**",
      "**/{appveyor,codemagic,cloudbuild,bitrise,circle,wercker,shippable,codefresh,drone,taskcluster,render,skaffold,tekton,concourse,screwdriver,harness,buddy,semaphore}.{yml,yaml,star,jsonnet}",
      "**/{buildspec,cloudbuild,azure-pipelines,bitbucket-pipelines,buildkite}*.{yml,yaml,json}",
      "**/.{teamcity,semaphore,gitlab,circleci,buildkite,woodpecker,azure-pipelines,azuredevops,azure,tekton,builds,jenkins,harness,buddy,drone,ci,dagger,screwdriver,codepipeline,argo}/**",
      "**/{jenkins,azure-pipelines,.pipelines,pipelines,buildkite}/**/*.{yml,yaml,groovy}",
      "**/Jenkinsfile*",
      "**/*.jenkinsfile",
      "**/{Procfile,Earthfile,.replit,replit.nix,fly.toml,netlify.toml,dagger.json}",
    ],
  ],
  [
    "install-script",
    [
      "**/*.{gyp,gypi}",
      "**/build.rs",
      "**/{extconf,mkrf_conf,rubygems_plugin}.rb",
      "**/ext/**/{Rakefile,configure}",
      "**/{hatch_build,pdm_build,setup_hooks,build_hook,_custom_build,build_backend,_build_backend}.py",
      "**/{Makefile.PL,Build.PL,Setup.hs,Setup.lhs}",
    ],
  ],
  [
    "registry",
    [
      "**/{.npmrc,npmrc,.yarnrc,.yarnrc.yml,.pypirc,.pip/**,pip.conf,pip.ini,.condarc,condarc,.gemrc,gemrc}",
      "**/.pnpmfile.*",
      "**/pnpmfile.*",
      "**/{.bundle,.cargo,.mvn,.m2,.gradle,.nuget,.config/pip,.config/uv,.config/pypoetry,.yarn/plugins,.yarn/releases}/**",
      "**/{init.gradle,init.gradle.kts,auth.json,.bunfig.toml,.terraformrc,go.env,.goproxy}",
    ],
  ],
  [
    "start-up",
    [
      "**/.vscode/**",
      "**/*.code-workspace",
      "**/.{devcontainer,idea,fleet,zed,vs,nova,idx,codesandbox,gitpod,stackblitz,theia,ipython,jupyter,config/nvim,config/fish,direnv}{,rc}/**",
      "**/.{devcontainer.json,envrc,gitpod.yml,gitpod.Dockerfile,stackblitzrc,autoenv,env.zsh,dir-locals.el,emacs,exrc,vimrc,nvimrc,nvim.lua,lvimrc,gdbinit,lldbinit,pythonrc,pythonrc.py,pdbrc,irbrc,pryrc,rdbgrc,Rprofile,Renviron,noderc,inputrc,bashrc,bash_profile,bash_login,bash_logout,profile,zshrc,zshenv,zprofile,zlogin,xprofile,xinitrc,tmux.conf,screenrc,mise.toml,tool-versions,asdfrc,rspec-local,octaverc,sqliterc,psqlrc,curlrc,wgetrc,guile,juliarc.jl,sbtopts,jvmopts}",
      "**/{sitecustomize,usercustomize}.py",
      "**/*.pth",
      "**/{devbox,devenv,mise}.{json,nix,toml}",
      "**/{crontab,*.crontab,cron.d/**,autorun.inf}",
    ],
  ],
  [
    "agent-orders",
    [
      "**/.{claude,codex,gemini,cursor,windsurf,continue,roo,cline,kiro,aider,amazonq,junie,goose,opencode,qwen,crush,augment,trae,agents,agent,factory}{,*}/**",
      "**/{.mcp,mcp,opencode,.opencode,mcp_settings,claude_desktop_config}.{json,jsonc}",
      "**/.{cursorrules,windsurfrules,clinerules,roorules,goosehints,aider.conf.yml,cursorignore,claude.json}",
      "**/{AGENTS,CLAUDE,GEMINI,CLAUDE.local,QWEN,SKILL}.md",
      ".github/{copilot*,instructions/**,prompts/**,agents/**,chatmodes/**}",
    ],
  ],
  ["another-repository", ["**/.gitmodules"]],
];

/** Files that run or steer something without being called, and links out of the tree. */
export function pathFindings({ path, status, after, special }: Change): Finding[] {
  const finding = (rule: string, text: string) => [{ rule, line: 0, text, severe: true }];
  if (special === "repository") return finding("another-repository", path);
  if (special === "link" && leadsOut(path, after)) {
    return finding("path-escape", `${path} -> ${after ?? "?"}`);
  }
  if (status === "deleted") return [];
  if (/(?:^|\/)\.?(?:git|hg)?attributes$/.test(path) && STEERS_GIT.test(after ?? "")) {
    return finding("git-hook", path);
  }
  const named = RUNS_UNASKED.find(([, globs]) => matchesAny(path, globs));
  return named ? finding(named[0], path) : [];
}

const STEERS_GIT = /\b(?:filter|diff|merge)\s*=|^\[attr\]/m;

/** Whether a link's target, relative to where it stands, is outside the repository. */
function leadsOut(path: string, target: string | null): boolean {
  if (target === null || target.startsWith("/") || /^[A-Za-z]:/.test(target)) return true;
  let depth = path.split("/").length - 1;
  for (const step of target.trim().split("/")) {
    if (step === "..") depth -= 1;
    else if (step !== "." && step !== "") depth += 1;
    if (depth < 0) return true;
  }
  return false;
}
