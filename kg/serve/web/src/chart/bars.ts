/** A bar for each row, lying, so that long names stay readable; on narrow screens the name stands above its bar. */

import { draw } from "../dom";
import { COLOURS, cut, extent, label, linked, middle, planned, seriesOf, valueOf, wide, type Chart, type Row } from "./model";
import { linear, type Scale } from "./scale";

const BAR = 18;
const NARROW = 520;

export function bars(chart: Chart, width: number): SVGSVGElement {
  const stacked = width < NARROW;
  const [names, unit] = [seriesOf(chart.rows), chart.unit ?? ""];
  const values = chart.rows.map((row) => valueOf(row, unit));
  const left = stacked ? 0 : Math.min(width * 0.36, Math.max(...chart.rows.map(({ x }) => wide(String(x)))) + 12);
  const right = Math.max(...values.map(wide)) + 12;
  const negative = chart.rows.some((row) => middle(row) < 0);
  const over = linear(chart.rows.flatMap(extent), left + (negative ? right : 0), width - right, 4);
  const step = stacked ? BAR + 30 : BAR + 12;
  const height = chart.rows.length * step + 4;
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "group" });
  chart.rows.forEach((row, at) => {
    const top = at * step + (stacked ? 22 : 4);
    const name = cut(String(row.x), stacked ? width : left - 12);
    const text = stacked ? label(name, 0, top - 6, "start", "name") : label(name, left - 10, top + BAR - 4, "end", "name");
    const marks = [draw("rect", { class: "hit", x: 0, y: at * step, width, height: step }), text, ...bar(row, over, top)];
    const end = over(Math.max(0, ...extent(row)));
    marks.push(label(values[at], end + 6, top + BAR - 4, "start", "value"));
    const group = linked(row, unit, chart.rows.length, ...marks);
    group.classList.add(`s${names.indexOf(row.series ?? "") % COLOURS}`);
    svg.append(group);
  });
  svg.append(draw("path", { class: "axis", d: `M${over(0)} 0V${height}` }));
  return svg;
}

function bar(row: Row, over: Scale, top: number): SVGElement[] {
  const [from, to] = [Math.min(0, middle(row)), Math.max(0, middle(row))].map(over);
  const marks: SVGElement[] = [
    draw("rect", { class: planned(row) ? "bar planned" : "bar", x: from, y: top, width: Math.max(1.5, to - from), height: BAR, rx: 2 }),
  ];
  const [lower, upper] = [row.lower ?? null, row.upper ?? null];
  if (lower !== null && upper !== null) marks.push(draw("path", { class: "range", d: `M${over(lower)} ${top + BAR / 2}H${over(upper)}` }));
  return marks;
}
