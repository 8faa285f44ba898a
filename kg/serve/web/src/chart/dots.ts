/** Many places on one axis: a dot for each, beside one another where they would lie on each other, and their median. */

import { draw } from "../dom";
import { amount, brief, say } from "../words";
import { COLOURS, cut, extent, label, linked, middle, planned, seriesOf, wide, type Chart, type Row } from "./model";
import { linear, logarithmic, type Scale } from "./scale";

const NAMED = 16; // rows up to which each has a line of its own with its name
const SPREAD = 300; // how many times the median the largest is, from which the axis goes by powers of ten
const R = 6;
const SMALLEST = 2;
const TALL = 110; // pixels that the dots may lie above or below their line before they get smaller

export function dots(chart: Chart, width: number): SVGSVGElement {
  const rows = chart.rows.filter((row) => extent(row).length > 0).sort((a, b) => middle(b) - middle(a));
  return rows.length <= NAMED ? ladder({ ...chart, rows }, width) : swarm({ ...chart, rows }, width);
}

export function skewed(rows: readonly Row[]): boolean {
  const values = rows.map(middle);
  return rows.length > NAMED && values.every((value) => value > 0) && Math.max(...values) > SPREAD * median(values);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** A line for each place, its dot on it. */
function ladder(chart: Chart, width: number): SVGSVGElement {
  const left = Math.min(width * 0.4, Math.max(...chart.rows.map(({ x }) => wide(String(x)))) + 16);
  const over = linear(chart.rows.flatMap(extent), left, width - 30, Math.floor((width - left) / 90));
  const step = 32;
  const foot = chart.rows.length * step;
  const svg = axis(over, width, foot, foot + 24);
  const names = seriesOf(chart.rows);
  chart.rows.forEach((row, at) => {
    const y = at * step + step / 2;
    const line = draw("path", { class: "grid", d: `M${left} ${y}H${over(middle(row))}` });
    const name = label(cut(String(row.x), left - 16), left - 12, y + 5, "end", "name");
    const hit = draw("rect", { class: "hit", x: 0, y: y - step / 2, width, height: step });
    const group = linked(row, chart.unit ?? "", chart.rows.length, hit, line, name, ...dot(row, over(middle(row)), y, over));
    group.classList.add(`s${names.indexOf(row.series ?? "") % COLOURS}`);
    svg.append(group);
  });
  return svg;
}

function dot(row: Row, x: number, y: number, over: Scale): SVGElement[] {
  const [lower, upper] = [row.lower ?? null, row.upper ?? null];
  const range = lower !== null && upper !== null ? [draw("path", { class: "range", d: `M${over(lower)} ${y}H${over(upper)}` })] : [];
  return [...range, draw("circle", { class: planned(row) ? "dot planned" : "dot", cx: x, cy: y, r: R })];
}

/** All places on one line, each as near to it as the others let it be. */
function swarm(chart: Chart, width: number): SVGSVGElement {
  const scale = skewed(chart.rows) ? logarithmic : linear;
  const over = scale(chart.rows.map(middle), 24, width - 24, Math.floor(width / 90));
  const xs = chart.rows.map((row) => over(middle(row)));
  let [r, places] = [R, beside(xs, R)];
  while (r > SMALLEST && Math.max(...places.map(Math.abs)) > TALL) places = beside(xs, --r);
  const half = Math.max(40, ...places.map(Math.abs)) + r + 4;
  const svg = axis(over, width, 2 * half + 18, 2 * half + 42);
  const names = seriesOf(chart.rows);
  chart.rows.forEach((row, at) => {
    const mark = draw("circle", { class: planned(row) ? "dot planned" : "dot", cx: over(middle(row)), cy: half + 18 + places[at], r });
    const group = linked(row, chart.unit ?? "", chart.rows.length, mark);
    group.classList.add(`s${names.indexOf(row.series ?? "") % COLOURS}`);
    svg.append(group);
  });
  const middleOne = median(chart.rows.map(middle));
  const anchor = over(middleOne) < 70 ? "start" : over(middleOne) > width - 90 ? "end" : "middle";
  svg.append(draw("path", { class: "axis", d: `M${over(middleOne)} 18V${2 * half + 18}` }));
  svg.append(label(say("median", { value: amount(middleOne) }), over(middleOne), 12, anchor, "name"));
  return svg;
}

/** How far each dot must leave the line, so that none lies on another: the nearest free place, up or down. */
function beside(xs: readonly number[], r: number): number[] {
  const near = 2 * r + 0.5;
  const placed: { x: number; y: number }[] = [];
  return xs.map((x) => {
    const others = placed.filter((one) => Math.abs(one.x - x) < near);
    const reach = others.map((one) => [one.y, Math.sqrt(near ** 2 - (one.x - x) ** 2)]);
    const tries = [0, ...reach.flatMap(([y, far]) => [y + far, y - far])].sort((a, b) => Math.abs(a) - Math.abs(b));
    const y = tries.find((wanted) => reach.every(([other, far]) => Math.abs(other - wanted) >= far - 1e-6)) ?? 0;
    placed.push({ x, y });
    return y;
  });
}

function axis(over: Scale, width: number, foot: number, height: number): SVGSVGElement {
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "group" });
  for (const tick of over.ticks) {
    svg.append(draw("path", { class: "grid", d: `M${over(tick)} 18V${foot}` }), label(brief(tick), over(tick), foot + 18, "middle"));
  }
  return svg;
}
