/** The search field with its list of finds: an ARIA combobox, for pointer and keyboard. */

import type { Network, Node } from "./data";
import { disc, find, make } from "./dom";
import type { Shown } from "./filter";
import type { Look } from "./look";
import { Search } from "./search";
import type { Choices } from "./state";
import { say } from "./words";

export class Finder {
  private readonly input = find<HTMLInputElement>("search");
  private readonly list = find("found");
  private readonly search: Search;
  private found: Node[] = [];
  private at = -1;

  constructor(
    private readonly network: Network,
    private readonly choices: Choices,
    private readonly part: () => { shown: Shown; look: Look },
    private readonly go: (index: number) => void,
  ) {
    this.search = new Search(network);
    this.input.addEventListener("input", () => this.update());
    this.input.addEventListener("focus", () => this.update());
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.key(event));
  }

  focus(): void {
    this.input.focus();
    this.input.select();
  }

  /** Empty the field; true where there was something in it. */
  clear(): boolean {
    const had = this.input.value !== "";
    this.input.value = "";
    this.close();
    return had;
  }

  private update(): void {
    const { shown, look } = this.part();
    this.found = this.search.find(this.input.value, shown.nodes);
    this.at = this.found.length > 0 ? 0 : -1;
    const options = this.found.map((node, at) => this.option(node, at, look));
    const nothing = make("li", { class: "quiet", role: "presentation" }, say("notFound", this.choices.now.language));
    const asked = this.input.value.trim() !== "";
    this.list.replaceChildren(...(options.length > 0 || !asked ? options : [nothing]));
    this.list.hidden = !asked;
    this.input.setAttribute("aria-expanded", String(asked && options.length > 0));
    this.mark();
  }

  private option(node: Node, at: number, look: Look): HTMLElement {
    const { language } = this.choices.now;
    const kind = node.kinds.map((word) => this.network.name(word, language)).join("、");
    const label = make("bdi", {}, node.label[language]);
    const option = make("li", { role: "option", id: `found-${at}` }, disc(look.colors[node.index]), label);
    option.append(make("span", { class: "note" }, kind));
    option.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the field keeps the focus until the choice is made
      this.choose(at);
    });
    return option;
  }

  private key(event: KeyboardEvent): void {
    const last = this.found.length - 1;
    if (event.key === "ArrowDown") this.at = this.at >= last ? 0 : this.at + 1;
    else if (event.key === "ArrowUp") this.at = this.at <= 0 ? last : this.at - 1;
    else if (event.key === "Enter" && !event.isComposing) return this.choose(this.at);
    else return;
    event.preventDefault();
    this.mark();
  }

  private mark(): void {
    this.list.querySelectorAll("[role=option]").forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === this.at));
      if (at === this.at) option.scrollIntoView({ block: "nearest" });
    });
    if (this.at < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `found-${this.at}`);
  }

  private choose(at: number): void {
    const node = this.found[at];
    if (!node) return;
    this.close();
    this.go(node.index);
  }

  private close(): void {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }
}
