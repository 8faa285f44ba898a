/** Charts: SVG of our own, drawn to the width that there is; every mark links to the sentence that says it. */

import { bars } from "./chart/bars";
import { dots, skewed } from "./chart/dots";
import { lines, named } from "./chart/lines";
import { COLOURS, carriedOut, extent, middle, planned, seriesOf, type Chart, type Row } from "./chart/model";
import { data, draw, make } from "./dom";
import { say } from "./words";

const MOST = 30; // bars; what is beyond stands in the table

export function start(figures: Element[]): void {
  for (const figure of figures) {
    const found = figure.querySelector('script[type="application/json"]');
    if (found) show(figure as HTMLElement, data<Chart>(found));
  }
}

/** The rows of the series that reach highest, as many as there are colours. */
function largest(rows: readonly Row[]): readonly Row[] {
  const tops = new Map<string, number>();
  for (const row of rows) tops.set(row.series ?? "", Math.max(tops.get(row.series ?? "") ?? -Infinity, middle(row)));
  const kept = new Set([...tops].sort(([, a], [, b]) => b - a).slice(0, COLOURS).map(([name]) => name));
  return rows.filter(({ series }) => kept.has(series ?? ""));
}

/** Draws a chart into a figure, again whenever its width changes. */
export function show(figure: HTMLElement, given: Chart): void {
  const usable = given.rows.filter((row) => extent(row).length > 0);
  const rows = given.type === "bars" ? usable.slice(0, MOST) : given.type === "lines" ? largest(usable) : usable;
  if (rows.length === 0) return void (figure.hidden = true);
  const chart = { ...given, rows };
  const place = make("div", { class: "drawing" });
  const key = make("div");
  figure.append(place, key, ...notes(chart, usable.length - rows.length));
  let width = 0;
  new ResizeObserver(() => {
    const now = Math.floor(place.clientWidth);
    if (now === width || now === 0) return;
    width = now;
    const svg = { lines, bars, dots }[chart.type](chart, width);
    svg.setAttribute("aria-label", figure.querySelector("figcaption")?.textContent?.trim() ?? say("chart"));
    place.replaceChildren(svg);
    key.replaceChildren(...legend(chart, chart.type === "lines" && named(chart, width)));
    letTell(place, svg);
  }).observe(place);
}

/** Series by colour, planned beside achieved by shape; nothing where there is nothing to tell apart. */
function legend(chart: Chart, said: boolean): HTMLElement[] {
  const names = said ? [] : seriesOf(chart.rows);
  const both = chart.rows.some(planned) && chart.rows.some((row) => !planned(row));
  if (names.length < 2 && !both) return [];
  const sample = (colour: number, name: string, hollow: boolean) => {
    const dot = draw("circle", { class: hollow ? "dot planned" : "dot", cx: 8, cy: 6, r: 5 });
    return make("li", { class: `s${colour}` }, draw("svg", { viewBox: "0 0 16 12", "aria-hidden": "true" }, dot), name);
  };
  const series = names.length > 1 ? names.map((name, at) => sample(at % COLOURS, name, false)) : [];
  const states = both ? [sample(0, say(chart.rows.some(carriedOut) ? "implemented" : "achieved"), false), sample(0, say("planned"), true)] : [];
  return [make("ul", { class: "legend" }, ...series, ...states)];
}

function notes(chart: Chart, left: number): HTMLElement[] {
  const said = [
    chart.type === "dots" && skewed(chart.rows) ? say("log") : "",
    left > 0 ? say("more", { count: left }) : "",
  ].filter(Boolean);
  return said.length > 0 ? [make("p", { class: "note" }, said.join(" · "))] : [];
}

/** What is pointed at or focused says its value beside it. */
function letTell(place: HTMLElement, svg: SVGSVGElement): void {
  const tip = make("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  place.append(tip);
  const tell = (event: Event) => {
    const mark = (event.target as Element).closest<SVGElement>(".mark");
    tip.hidden = mark === null;
    if (!mark) return;
    tip.replaceChildren(make("b", {}, mark.dataset.value ?? ""), mark.dataset.what ?? "");
    beside(tip, mark, place);
  };
  for (const kind of ["pointerover", "focusin"]) svg.addEventListener(kind, tell);
  for (const kind of ["pointerleave", "focusout"]) svg.addEventListener(kind, () => void (tip.hidden = true));
}

function beside(tip: HTMLElement, mark: Element, place: HTMLElement): void {
  const shape = mark.querySelector(".dot, .bar") ?? mark;
  const [box, frame] = [shape.getBoundingClientRect(), place.getBoundingClientRect()];
  const x = Math.max(0, Math.min(box.left + box.width / 2 - frame.left - tip.offsetWidth / 2, frame.width - tip.offsetWidth));
  const above = box.top - frame.top - tip.offsetHeight - 8;
  tip.style.translate = `${x}px ${above > -60 ? above : box.bottom - frame.top + 8}px`;
}
