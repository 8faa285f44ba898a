/** What every page does: the search box and the language. Other parts come only where the page has something for them. */

import { Search } from "./search";

const YEAR = 31_536_000; // seconds

/** A language that the address names stays chosen, and leaves the address. */
function remember(): void {
  const address = new URL(location.href);
  const chosen = address.searchParams.get("lang");
  if (chosen !== "zh" && chosen !== "en") return;
  document.cookie = `lang=${chosen}; path=/; max-age=${YEAR}; samesite=lax`;
  address.searchParams.delete("lang");
  history.replaceState(history.state, "", address);
}

/** The other language shows the same place of the same page. */
function keepPlace(link: HTMLAnchorElement): void {
  link.addEventListener("click", () => void (link.hash = location.hash));
}

/** What a part needs on the page, and how it gets there. */
const PARTS: readonly (readonly [string, () => Promise<{ start(found: Element[]): void | Promise<void> }>])[] = [
  ["table.data", () => import("./table")],
  ["figure.chart", () => import("./chart")],
  ["figure.map", () => import("./map")],
  ["article.text", () => import("./text")],
  ["#query", () => import("./query")],
  ["#network", () => import("./network")],
];

remember();
for (const link of document.querySelectorAll<HTMLAnchorElement>("a.language")) keepPlace(link);
for (const box of document.querySelectorAll<HTMLInputElement>("input[data-suggest]")) new Search(box);
const frame = () => new Promise((done) => requestAnimationFrame(done));
void (async () => {
  for (const [selector, load] of PARTS) {
    const found = [...document.querySelectorAll(selector)];
    if (found.length > 0) await (await load()).start(found);
  }
  for (let frames = 0; frames < 2; frames++) await frame(); // charts and maps are drawn in the one that follows
  document.dispatchEvent(new Event("settled"));
})();
