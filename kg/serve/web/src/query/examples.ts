/** The examples beside the editor: found by their words, chosen with a click. */

const WIDE = "(min-width: 60rem)"; // where they have room beside the editor

/** Makes the list live; `choose` gets the name of the example that is taken. */
export function shelf(box: HTMLDetailsElement, choose: (name: string) => void): void {
  const links = [...box.querySelectorAll<HTMLAnchorElement>("a[data-example]")];
  const seek = box.querySelector<HTMLInputElement>("input")!;
  const beside = matchMedia(WIDE);
  seek.hidden = false;
  seek.addEventListener("input", () => filter(box, seek.value));
  box.open = beside.matches;
  beside.addEventListener("change", () => void (box.open = beside.matches));
  for (const link of links) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // it is opened elsewhere
      event.preventDefault();
      for (const other of links) other.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      if (!beside.matches) box.open = false;
      choose(link.dataset.example!);
    });
  }
}

/** Shows what has all the words in its question, its group or its name. */
function filter(box: HTMLElement, words: string): void {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  let kept = 0;
  for (const section of box.querySelectorAll("section")) {
    const about = section.querySelector("h2")?.textContent ?? "";
    for (const entry of section.querySelectorAll("li")) {
      const text = `${about} ${entry.textContent} ${entry.querySelector("a")?.dataset.example}`.toLowerCase();
      entry.hidden = !parts.every((part) => text.includes(part));
    }
    const shown = section.querySelectorAll("li:not([hidden])").length;
    section.hidden = shown === 0;
    kept += shown;
  }
  box.querySelector<HTMLElement>("#no-example")!.hidden = kept > 0;
}
