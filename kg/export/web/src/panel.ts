/** The side panel: the facts of the selected node and its neighbours, or else the best connected nodes. */

import type { Edge, Language, Network, Node } from "./data";
import { button, disc, find, link, make } from "./dom";
import { other, type Shown } from "./filter";
import type { Look } from "./look";
import type { Choices } from "./state";
import { named, say } from "./words";

const FIRST = 40; // entries of a list before one asks for more

export class Panel {
  private readonly body = find("facts");

  constructor(
    private readonly network: Network,
    private readonly choices: Choices,
    private readonly go: (index: number) => void,
  ) {}

  draw(shown: Shown, look: Look): void {
    const { selected } = this.choices.now;
    const parts = selected === null ? this.overview(shown, look) : this.facts(this.network.nodes[selected], shown, look);
    this.body.replaceChildren(...parts);
    document.body.classList.toggle("selected", selected !== null);
  }

  private get language(): Language {
    return this.choices.now.language;
  }

  private overview(shown: Shown, look: Look): HTMLElement[] {
    const degree = ({ index }: Node) => this.network.incident[index].filter((edge) => shown.edges[edge.index]).length;
    const nodes = this.network.nodes.filter(({ index }) => shown.nodes[index]).map((node) => [degree(node), node] as const);
    if (nodes.length === 0) return [make("p", { class: "quiet" }, say("none", this.language))];
    nodes.sort(([m, a], [n, b]) => n - m || a.index - b.index);
    const entries = nodes.map(([count, node]) => () => this.entry(node, look, String(count)));
    return [make("h2", {}, say("connected", this.language)), this.list(entries)];
  }

  private facts(node: Node, shown: Shown, look: Look): HTMLElement[] {
    const language = this.language;
    const head = make("h2", { id: "name" }, make("bdi", {}, node.label[language]));
    head.prepend(disc(look.colors[node.index]));
    const hidden = shown.nodes[node.index] ? [] : [make("p", { class: "quiet" }, say("hiddenNode", language))];
    return [head, ...hidden, ...this.leads(node), this.table(node), ...this.neighbours(node, shown, look)];
  }

  /** Where a site that shows the network leads from a node: to its page, and to the network around it. */
  private leads(node: Node): HTMLElement[] {
    if (!node.href?.startsWith("/")) return [];
    const page = make("a", { class: "button", href: node.href }, say("openPage", this.language));
    const around = make("a", { class: "button", href: `?${new URLSearchParams({ this: node.iri })}` }, say("around", this.language));
    return [make("p", { class: "leads" }, page, " ", around)];
  }

  private table(node: Node): HTMLElement {
    const { language, network } = this;
    const called = (words: readonly string[]) => words.map((word) => network.name(word, language)).join("、");
    const rows: [string, string][] = [
      [named("label", language), node.label.zh],
      [named("label_en", language), node.label.en === node.label.zh ? "" : node.label.en],
      [named("kinds", language), called(node.kinds)],
      [named("levels", language), called(node.levels)],
      [named("areas", language), called(node.areas)],
      [named("years", language), ranges(node.years)],
      ...node.facts.map(([name, value]): [string, string] => [named(name, language), value]),
    ];
    const list = make("dl");
    for (const [name, value] of rows) if (value) list.append(make("dt", {}, name), make("dd", {}, make("bdi", {}, value)));
    list.append(make("dt", {}, named("iri", language)), make("dd", { class: "iri" }, link(node.iri, node.href)));
    return list;
  }

  /** The neighbours by relation and direction. */
  private neighbours(node: Node, shown: Shown, look: Look): HTMLElement[] {
    const groups = new Map<string, Edge[]>();
    let filtered = 0;
    for (const edge of this.network.incident[node.index]) {
      if (!shown.edges[edge.index]) filtered++;
      else {
        const group = `${edge.source === node.index ? ">" : "<"}${edge.relation}`;
        if (!groups.has(group)) groups.set(group, []);
        groups.get(group)!.push(edge);
      }
    }
    const parts = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([group, edges]) => this.group(node, group, edges, look));
    if (filtered > 0) parts.push(make("p", { class: "quiet" }, say("hiddenNeighbours", this.language, { count: filtered })));
    return parts;
  }

  private group(node: Node, group: string, edges: Edge[], look: Look): HTMLElement[] {
    const relation = this.network.name(group.slice(1), this.language);
    const title = group.startsWith(">") ? `${relation} →` : `← ${relation}`;
    edges.sort((a, b) => b.weight - a.weight || other(a, node.index) - other(b, node.index));
    const entries = edges.map((edge) => () => {
      const heavy = edge.weight > 1 ? `×${edge.weight}` : "";
      return this.entry(this.network.nodes[other(edge, node.index)], look, [ranges(edge.years), heavy].filter(Boolean).join(" "));
    });
    return [make("h3", {}, title, make("span", { class: "count" }, String(edges.length))), this.list(entries)];
  }

  private entry(node: Node, look: Look, note: string): HTMLElement {
    const act = () => this.go(node.index);
    const entry = button(disc(look.colors[node.index]), act, { class: "entry" });
    entry.append(make("bdi", {}, node.label[this.language]), make("span", { class: "note" }, note));
    entry.addEventListener("mouseenter", () => this.choices.change({ hovered: node.index }));
    entry.addEventListener("mouseleave", () => this.choices.change({ hovered: null }));
    return make("li", {}, entry);
  }

  /** A list that makes its entries as they are asked for. */
  private list(entries: (() => HTMLElement)[]): HTMLElement {
    const list = make("ul", { class: "entries" });
    const extend = (from: number) => {
      list.append(...entries.slice(from, from + FIRST).map((entry) => entry()));
      const left = entries.length - from - FIRST;
      if (left <= 0) return;
      const more = button(say("more", this.language, { count: Math.min(left, FIRST) }), () => {
        item.remove();
        extend(from + FIRST);
        list.querySelectorAll<HTMLElement>(".entry")[from + FIRST]?.focus();
      }, { class: "more" });
      const item = make("li", {}, more);
      list.append(item);
    };
    extend(0);
    return list;
  }
}

/** Years as one reads them: 2019–2021, 2023. */
export function ranges(years: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const year of [...new Set(years)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last[1] === year - 1) last[1] = year;
    else runs.push([year, year]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
}
