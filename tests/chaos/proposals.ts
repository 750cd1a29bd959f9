import type { SkillInput } from "@nightshift/protocol/skills";

/** A task of this name, as anyone would propose it. */
export function proposalOf(name: string): SkillInput<"propose"> {
  return {
    spec: {
      name,
      title: `Do ${name}`,
      text: "",
      repo: "r",
      category: "fix",
      priority: 3,
      output: "code",
      success: [],
      scope: [],
      tags: [],
      model: null,
      dependsOn: [],
      drops: [],
      parent: null,
      depth: 0,
      source: "director",
    },
  };
}
