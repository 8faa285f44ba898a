/** The search box: suggestions while one types, by the ARIA pattern of a combobox with a list. */

import { make, safe } from "./dom";
import { language, say } from "./words";

interface Result {
  readonly label: string;
  readonly kind: string;
  readonly note?: string;
  readonly href: string;
}

const PAUSE = 130; // milliseconds without a key before the server is asked

export class Search {
  private readonly list: HTMLUListElement;
  private readonly told = make("span", { class: "unseen", role: "status" });
  private results: readonly Result[] = [];
  private at = -1;
  private pause = 0;
  private asked = new AbortController();

  constructor(private readonly box: HTMLInputElement) {
    this.list = make("ul", { class: "found", id: `${box.id}-found`, role: "listbox", "aria-label": box.labels?.[0]?.textContent ?? "", hidden: true });
    box.form!.append(this.list, this.told);
    const roles = { role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(roles)) box.setAttribute(name, value);
    box.addEventListener("input", (event) => (event as InputEvent).isComposing || this.typed());
    box.addEventListener("compositionend", () => this.typed()); // 拼音 is no search until it has become 汉字
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("focus", () => this.results.length > 0 && this.show(true));
    box.addEventListener("blur", () => this.show(false));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // or the box would lose the focus first
    document.addEventListener("keydown", (event) => this.slash(event));
  }

  private typed(): void {
    clearTimeout(this.pause);
    this.asked.abort();
    const words = this.box.value.trim();
    if (!words) return this.fill([], "");
    this.pause = setTimeout(() => void this.ask(words), PAUSE);
  }

  private async ask(words: string): Promise<void> {
    this.asked = new AbortController();
    const { signal } = this.asked;
    const address = `${this.box.dataset.suggest}?${new URLSearchParams({ q: words, lang: language })}`;
    const found = await fetch(address, { signal, headers: { accept: "application/json" } }).then(
      async (answer) => (answer.ok ? ((await answer.json()) as { results: Result[] }).results : []),
      () => null, // given up for a newer question, or no network: the box still searches on Enter
    );
    if (found && !signal.aborted) this.fill(found, words);
  }

  private fill(results: readonly Result[], words: string): void {
    this.results = results;
    this.at = -1;
    const entries = results.map((result, at) => this.entry(result, at, words));
    const none = words && results.length === 0 ? [make("li", { class: "none", role: "option", "aria-disabled": "true" }, say("nothing"))] : [];
    this.list.replaceChildren(...entries, ...none);
    this.told.textContent = words ? (results.length ? say("found", { count: results.length }) : say("nothing")) : "";
    this.show(words !== "" && document.activeElement === this.box);
    this.point();
  }

  private entry(result: Result, at: number, words: string): HTMLElement {
    const label = make("bdi", {}, ...marked(result.label, words));
    const entry = make("li", { role: "option", id: `${this.list.id}-${at}`, "aria-selected": "false", class: `kind-${result.kind}` }, label);
    if (result.note) entry.append(make("small", {}, result.note));
    entry.addEventListener("click", () => this.go(result));
    return entry;
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const last = this.results.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (last < 0) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = this.list.hidden ? (step > 0 ? 0 : last) : ((this.at + 1 + step + last + 2) % (last + 2)) - 1;
      this.show(true);
      this.point();
    } else if (event.key === "Enter" && this.at >= 0 && !this.list.hidden) {
      event.preventDefault();
      this.go(this.results[this.at]);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.show(false);
    }
  }

  /** A slash anywhere leads to the box. */
  private slash(event: KeyboardEvent): void {
    const writing = (event.target as Element).closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || writing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.box.focus();
  }

  private point(): void {
    for (const [at, entry] of [...this.list.children].entries()) entry.setAttribute("aria-selected", String(at === this.at));
    const chosen = this.at >= 0 ? this.list.children[this.at] : null;
    if (chosen) this.box.setAttribute("aria-activedescendant", chosen.id);
    else this.box.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  private show(open: boolean): void {
    this.list.hidden = !open || this.list.childElementCount === 0;
    this.box.setAttribute("aria-expanded", String(!this.list.hidden));
    if (this.list.hidden) this.at = -1;
  }

  private go(result: Result): void {
    const address = safe(result.href);
    if (address) location.assign(address);
  }
}

/** A label with what was typed in bold. */
function marked(label: string, words: string): (string | HTMLElement)[] {
  const at = label.toLowerCase().indexOf(words.toLowerCase());
  if (at < 0) return [label];
  const end = at + words.length;
  return [label.slice(0, at), make("b", {}, label.slice(at, end)), label.slice(end)];
}
