/** The page from its data to the last listener. */

import { read, type Language, type Network } from "./data";
import { Controls, wholeOf } from "./controls";
import { find } from "./dom";
import { png, save, scene, svg } from "./download";
import { shown, type Shown } from "./filter";
import { Finder } from "./finder";
import { gexf } from "./gexf";
import { columns, force, points, type Job, type Points, type Positions } from "./layout";
import { firstColoring, look, sizesOf, widthsOf, type Look } from "./look";
import { Panel } from "./panel";
import { Choices, type State } from "./state";
import { View, paperOf } from "./view";
import { say, type Word } from "./words";

class Page {
  private readonly whole: readonly [number, number] | null;
  private readonly choices: Choices;
  private readonly sizes: readonly number[];
  private readonly controls: Controls;
  private readonly panel: Panel;
  private readonly finder: Finder;
  private part: Shown;
  private look: Look;
  private view: View | null = null;
  private places: Points | null = null;
  private worker: Worker | null = null;

  constructor(private readonly network: Network) {
    this.whole = wholeOf(network);
    this.choices = new Choices(first(network, this.whole));
    this.sizes = sizesOf(network, wide ? 1 : 0.65);
    this.part = shown(network, this.choices.now, this.whole);
    this.look = look(network, this.choices.now.coloring);
    const go = (index: number) => this.go(index);
    this.controls = new Controls(network, this.choices, this.whole);
    this.panel = new Panel(network, this.choices, go);
    this.finder = new Finder(network, this.choices, () => ({ shown: this.part, look: this.look }), go);
    this.paint();
    this.drawNetwork();
    this.controls.draw();
    this.write();
    this.choices.listen((now, before) => this.change(now, before));
    this.listen();
  }

  private drawNetwork(): void {
    if (this.network.nodes.length === 0) return;
    const { points, job } = force(this.network, this.sizes, widthsOf(this.network, this.choices.now.language));
    this.places = points;
    try {
      const parts = { points, sizes: this.sizes, look: this.look, shown: this.part, paper: paperOf(document.body) };
      this.view = new View(find("canvas"), this.network, this.choices, parts);
    } catch (error) {
      if (webGL()) throw error;
      return this.tell(say("noWebGL", this.choices.now.language));
    }
    if (job) this.refine(job);
  }

  /** Let the worker go on with the layout and show how far it is. */
  private refine(job: Job): void {
    const address = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }));
    this.worker = new Worker(address);
    URL.revokeObjectURL(address);
    this.worker.onmessage = ({ data: { nodes, done } }: MessageEvent<Positions>) => {
      this.places = points(nodes);
      if (this.choices.now.arrangement === "force") this.view?.move(this.places);
      if (done >= 1) this.stop();
      else this.progress(done);
    };
    this.worker.postMessage(job);
    this.progress(0);
  }

  private progress(done: number): void {
    find("work").hidden = false;
    find("progress").textContent = say("laying", this.choices.now.language, { percent: Math.floor(100 * done) });
  }

  private stop(): void {
    this.worker?.terminate();
    this.worker = null;
    find("work").hidden = true;
  }

  private change(now: State, before: State): void {
    const differs = (...keys: (keyof State)[]) => keys.some((key) => now[key] !== before[key]);
    const filtered = differs("without", "from", "to", "degree");
    if (differs("dark")) this.paint();
    if (filtered) this.part = shown(this.network, now, this.whole);
    if (differs("coloring")) this.look = look(this.network, now.coloring);
    if (filtered || differs("language", "coloring", "selected")) this.write();
    if (differs("arrangement")) this.arrange();
    if (differs("selected", "language")) remember(now, this.network);
    const paper = differs("dark") ? { paper: paperOf(document.body) } : {};
    this.view?.redraw({ look: this.look, shown: this.part, ...paper });
    if (differs("selected") && now.selected !== null) openSheet("details", true);
  }

  private arrange(): void {
    if (!this.view || !this.places) return;
    this.view.move(this.choices.now.arrangement === "columns" ? columns(this.network) : this.places);
    this.view.fit();
  }

  /** All texts, in the language of now. */
  private write(): void {
    const { language } = this.choices.now;
    const { network, part } = this;
    document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
    document.title = find("title").textContent = network.about.title[language];
    find("source").textContent = sourceOf(network, language);
    const counts = { nodes: part.nodeCount, all: network.nodes.length, edges: part.edgeCount };
    find("status").textContent = say("status", language, counts);
    for (const element of document.querySelectorAll<HTMLElement>("[data-say]")) {
      element.textContent = say(element.dataset.say as Word, language);
    }
    for (const element of document.querySelectorAll<HTMLElement>("[data-name]:not(table)")) {
      const name = say(element.dataset.name as Word, language);
      element.title = name;
      element.setAttribute("aria-label", name);
    }
    find<HTMLInputElement>("search").placeholder = say("search", language);
    this.panel.draw(part, this.look);
    this.controls.legend(this.look);
    this.tellIfEmpty();
  }

  private tellIfEmpty(): void {
    const { language } = this.choices.now;
    if (this.network.nodes.length === 0) this.tell(say("empty", language));
    else if (this.part.nodeCount === 0) this.tell(say("none", language));
    else if (this.view || !find("notice").textContent) this.tell("");
  }

  private tell(notice: string): void {
    find("notice").textContent = notice;
    find("notice").hidden = notice === "";
  }

  private paint(): void {
    document.documentElement.dataset.theme = this.choices.now.dark ? "dark" : "light";
  }

  private go(index: number): void {
    this.choices.change({ selected: index, hovered: null });
    this.view?.goTo(index);
  }

  private listen(): void {
    const { choices } = this;
    const on = (id: string, act: () => void) => document.getElementById(id)?.addEventListener("click", act); // a page may leave some out
    on("language", () => choices.change({ language: choices.now.language === "zh" ? "en" : "zh" }));
    on("dark", () => choices.change({ dark: !choices.now.dark }));
    on("zoom-in", () => this.view?.zoom(1 / 1.5));
    on("zoom-out", () => this.view?.zoom(1.5));
    on("fit", () => this.view?.fit());
    on("full", () => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
    on("png", () => void this.picture(png, "png"));
    on("svg", () => void this.picture(svg, "svg"));
    on("gexf", () => this.view && save(gexf(this.view, this.network, this.part, this.look), `${this.network.about.view}.gexf`));
    on("stop", () => this.stop());
    on("open-filters", () => toggleSheet("filters"));
    on("open-details", () => toggleSheet("details"));
    on("close-filters", () => openSheet("filters", false));
    on("close-details", () => (openSheet("details", false), choices.change({ selected: null })));
    document.addEventListener("keydown", (event) => this.key(event));
    addEventListener("resize", () => this.view?.sigma.resize());
  }

  private key(event: KeyboardEvent): void {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === "Escape") {
      if (this.finder.clear()) return;
      this.choices.change({ selected: null, hovered: null });
    } else if (event.key === "/" && !typing) {
      event.preventDefault();
      this.finder.focus();
    }
  }

  private async picture(draw: (what: ReturnType<typeof scene>) => Blob | Promise<Blob>, ending: string): Promise<void> {
    if (!this.view) return;
    const { language } = this.choices.now;
    const names = this.look.legend.map(([value]) => this.network.name(value, language));
    const said = { title: this.network.about.title[language], source: sourceOf(this.network, language), names };
    save(await draw(scene(this.view, this.network, this.part, this.look, said)), `${this.network.about.view}.${ending}`);
  }
}

/** What the page is of: how much, from which reports, which part of them. */
function sourceOf({ about, nodes, edges }: Network, language: Language): string {
  const [from, to] = about.years ?? [0, 0];
  const reports = about.reports === 0 ? "" : about.years
    ? say("reportsOf", language, { count: about.reports, years: from === to ? `${from}` : `${from}–${to}` })
    : say("reports", language, { count: about.reports });
  const newest = about.newest ? say("newest", language, { date: about.newest }) : "";
  const chosen = about.selection.map(({ by, names }) => `${say(by as Word, language)} ${names.join("、")}`);
  const selection = chosen.length > 0 ? say("selection", language) + chosen.join("; ") : "";
  const counts = say("about", language, { nodes: nodes.length, edges: edges.length });
  return [counts, reports, newest, selection].filter(Boolean).join(language === "zh" ? "，" : ", ");
}

/** What is chosen at first: by the address where it says so, else by the reader's system. */
function first(network: Network, whole: readonly [number, number] | null): State {
  const asked = new URLSearchParams(location.hash.slice(1));
  const language = asked.get("lang") ?? navigator.language.slice(0, 2);
  const node = network.nodes.findIndex(({ iri }) => iri === asked.get("node"));
  const none = new Set<string>();
  return {
    language: language === "zh" ? "zh" : "en",
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    selected: node < 0 ? null : node,
    hovered: null,
    without: { kinds: none, levels: none, areas: none },
    from: whole?.[0] ?? 0,
    to: whole?.[1] ?? 0,
    degree: 0,
    coloring: firstColoring(network),
    arrangement: "force",
  };
}

/** Keep language and node in the address, so that it can be passed on. */
function remember({ language, selected }: State, { nodes }: Network): void {
  const hash = new URLSearchParams({ lang: language, ...(selected === null ? {} : { node: nodes[selected].iri }) });
  history.replaceState(null, "", `#${hash}`);
}

function openSheet(name: "filters" | "details", open: boolean): void {
  document.body.classList.toggle(`with-${name}`, open);
  find(`open-${name}`).setAttribute("aria-expanded", String(open));
}

const toggleSheet = (name: "filters" | "details"): void => openSheet(name, !document.body.classList.contains(`with-${name}`));

const webGL = (): boolean => document.createElement("canvas").getContext("webgl2") !== null;

const wide = matchMedia("(min-width: 60rem)").matches;
openSheet("filters", wide);
openSheet("details", wide);
void read(find("data")).then((network) => new Page(network));
