import type { Web, WebPage } from "../web.ts";

/** The twin of the web: its pages by address; every search finds those that hold one of its words. */
export function memoryWeb(
  pages: Readonly<Record<string, { title?: string; text: string } | string>>,
): Web & { readonly pagesRead: readonly string[]; readonly searched: readonly string[] } {
  const pagesRead: string[] = [];
  const searched: string[] = [];
  const pageAt = (url: string): WebPage => {
    const page = pages[url];
    if (page === undefined) return { status: "unreachable", url, why: "it answers 404" };
    if (typeof page === "string") return { status: "unreachable", url, why: page };
    return { status: "read", url, title: page.title ?? url, text: page.text };
  };
  return {
    pagesRead,
    searched,
    async search(query, { hitsMax, signal }) {
      signal.throwIfAborted();
      searched.push(query);
      const words = query
        .toLowerCase()
        .split(/\W+/)
        .filter((word) => word.length > 3);
      return Object.keys(pages)
        .filter((url) => {
          const page = pageAt(url);
          return (
            page.status === "read" && words.some((word) => page.text.toLowerCase().includes(word))
          );
        })
        .map((url) => ({ url, title: url, snippet: "" }))
        .slice(0, hitsMax);
    },
    async read(url) {
      pagesRead.push(url);
      return pageAt(url);
    },
  };
}
