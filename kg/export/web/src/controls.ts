/** The filters, the legend, the layout and the timeline. */

import type { Network } from "./data";
import { button, disc, find, make } from "./dom";
import { valuesOf, yearsOf } from "./filter";
import { colorings, type Look } from "./look";
import { FACETS, type Arrangement, type Choices, type Coloring, type Facet, type State } from "./state";
import { say } from "./words";

const TICK = 1200; // milliseconds that a year is shown when the years are played

/** First and last year of the network; null where it speaks of one year or none. */
export function wholeOf(network: Network): readonly [number, number] | null {
  const years = yearsOf(network);
  return years.length > 1 ? [years[0], years[years.length - 1]] : null;
}

export class Controls {
  private readonly body = find("choices");
  private playing = 0;

  constructor(
    private readonly network: Network,
    private readonly choices: Choices,
    private readonly whole: readonly [number, number] | null,
  ) {
    this.time();
    choices.listen((now, before) => {
      if (now.language !== before.language) this.draw();
      if (now.from !== before.from || now.to !== before.to || now.language !== before.language) this.showTime();
    });
  }

  /** The filters anew, in the language of now. */
  draw(): void {
    const { language } = this.choices.now;
    const parts = [this.select("layout", ["force", "columns"], "arrangement"), this.select("coloring", colorings(this.network), "coloring")];
    const facets = FACETS.filter((facet) => valuesOf(this.network, facet).length > 1).map((facet) => this.facet(facet));
    this.body.replaceChildren(...parts, ...facets, this.degree());
    this.body.append(button(say("reset", language), () => this.reset(), { class: "wide", id: "reset" }));
  }

  private reset(): void {
    const [from, to] = this.whole ?? [0, 0];
    const none = new Set<string>();
    this.choices.change({ without: { kinds: none, levels: none, areas: none }, degree: 0, from, to });
    this.draw();
  }

  private select(word: "layout" | "coloring", options: readonly (Arrangement | Coloring)[], key: "arrangement" | "coloring"): HTMLElement {
    const { language } = this.choices.now;
    const list = make("select", { id: key });
    for (const option of options) list.append(make("option", { value: option }, say(option, language)));
    list.value = this.choices.now[key];
    list.addEventListener("change", () => this.choices.change({ [key]: list.value } as Partial<State>));
    return make("label", { class: "field" }, make("span", {}, say(word, language)), list);
  }

  private facet(facet: Facet): HTMLElement {
    const { language } = this.choices.now;
    const set = make("fieldset", { "data-facet": facet }, make("legend", {}, say(facet, language)));
    set.append(button(say("all", language), () => this.without(facet, []), { class: "small" }));
    for (const [value, count] of valuesOf(this.network, facet)) set.append(this.value(facet, value, count));
    return set;
  }

  private value(facet: Facet, value: string, count: number): HTMLElement {
    const { language, without } = this.choices.now;
    const name = this.network.name(value, language);
    const box = make("input", { type: "checkbox", value, checked: !without[facet].has(value) });
    box.addEventListener("change", () => this.toggle(facet, value, box.checked));
    const label = make("label", {}, box, make("bdi", {}, name), make("span", { class: "note" }, count.toLocaleString(language)));
    const only = button(say("onlyThis", language), () => this.only(facet, value), {
      class: "small only",
      "aria-label": say("only", language, { value: name }),
    });
    return make("div", { class: "choice" }, label, only);
  }

  private toggle(facet: Facet, value: string, wanted: boolean): void {
    const without = new Set(this.choices.now.without[facet]);
    if (wanted) without.delete(value);
    else without.add(value);
    this.choices.change({ without: { ...this.choices.now.without, [facet]: without } });
  }

  private only(facet: Facet, value: string): void {
    this.without(facet, valuesOf(this.network, facet).map(([name]) => name).filter((name) => name !== value));
  }

  private without(facet: Facet, values: string[]): void {
    this.choices.change({ without: { ...this.choices.now.without, [facet]: new Set(values) } });
    for (const box of this.body.querySelectorAll<HTMLInputElement>(`[data-facet=${facet}] input`)) {
      box.checked = !values.includes(box.value);
    }
  }

  private degree(): HTMLElement {
    const { language, degree } = this.choices.now;
    const most = this.network.incident.reduce((a, { length }) => Math.max(a, length), 0);
    const value = make("output", {}, String(degree));
    const range = make("input", { type: "range", id: "degree", min: 0, max: Math.min(most, 30), value: degree });
    range.addEventListener("input", () => {
      value.textContent = range.value;
      this.choices.change({ degree: Number(range.value) });
    });
    return make("label", { class: "field" }, make("span", {}, say("degree", language), value), range);
  }

  /** The legend, as buttons that show only what has a colour. */
  legend(look: Look): void {
    const { language, coloring } = this.choices.now;
    const entries = look.legend.map(([value, color]) =>
      make("li", {}, disc(color), make("bdi", {}, this.network.name(value, language))),
    );
    const title = coloring === "given" ? [] : [make("li", { class: "title" }, say(coloring, language))];
    find("legend").replaceChildren(...title, ...entries);
    find("legend").hidden = entries.length < 2;
  }

  private time(): void {
    const timeline = find("timeline");
    timeline.hidden = this.whole === null;
    if (this.whole === null) return;
    const [from, to] = [find<HTMLInputElement>("from"), find<HTMLInputElement>("to")];
    for (const range of [from, to]) [range.min, range.max] = this.whole.map(String);
    from.addEventListener("input", () => this.years(Number(from.value), Math.max(Number(from.value), this.choices.now.to)));
    to.addEventListener("input", () => this.years(Math.min(Number(to.value), this.choices.now.from), Number(to.value)));
    find("play").addEventListener("click", () => (this.playing ? this.stop() : this.play()));
    this.showTime();
  }

  private years(from: number, to: number): void {
    this.stop();
    this.choices.change({ from, to });
  }

  /** Show one year after the other, then all of them again. */
  private play(): void {
    const [first, last] = this.whole!;
    const years = yearsOf(this.network);
    let at = 0;
    const step = () => {
      if (at === years.length) {
        this.stop();
        this.choices.change({ from: first, to: last });
      } else {
        this.choices.change({ from: years[at], to: years[at] });
        at++;
      }
    };
    this.playing = setInterval(step, TICK);
    step();
    this.showTime();
  }

  private stop(): void {
    clearInterval(this.playing);
    this.playing = 0;
    this.showTime();
  }

  private showTime(): void {
    if (this.whole === null) return;
    const { language, from, to } = this.choices.now;
    const [first, last] = this.whole;
    find<HTMLInputElement>("from").value = String(from);
    find<HTMLInputElement>("to").value = String(to);
    find("from").setAttribute("aria-label", say("from", language));
    find("to").setAttribute("aria-label", say("to", language));
    find("span").textContent = from === to ? `${from}` : `${from}–${to}`;
    const percent = (year: number) => `${(100 * (year - first)) / (last - first)}%`;
    find("track").style.setProperty("--from", percent(from));
    find("track").style.setProperty("--to", percent(to));
    const play = find("play");
    const word = say(this.playing ? "pause" : "play", language);
    play.textContent = this.playing ? "❚❚" : "▶";
    play.title = word;
    play.setAttribute("aria-label", word);
  }
}
