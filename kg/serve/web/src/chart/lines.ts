/** Years on the way across, values upwards, a line for each series; planned values hollow on a dotted line. */

import { draw } from "../dom";
import { brief } from "../words";
import { COLOURS, cut, extent, label, linked, middle, planned, seriesOf, wide, type Chart, type Row } from "./model";
import { linear, years, type Scale } from "./scale";

const [TOP, FOOT, RIGHT] = [14, 26, 12];
const LINE = 16; // pixels between two labels at the ends of lines

export function lines(chart: Chart, width: number): SVGSVGElement {
  const height = Math.round(Math.min(340, Math.max(220, width * 0.5)));
  const names = seriesOf(chart.rows);
  const values = chart.rows.flatMap(extent);
  const base = linear(values, height - FOOT, TOP, height < 260 ? 3 : 4);
  const left = Math.max(...base.ticks.map((tick) => wide(brief(tick)))) + 10;
  const room = named(chart, width) ? Math.min(150, Math.max(...names.map(wide)) + 12) : 0;
  const over = years(chart.rows.map(({ x }) => Number(x)), left + 12, width - RIGHT - room - 8, Math.floor((width - left - room) / 52));
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "group" });
  for (const tick of base.ticks) {
    svg.append(draw("path", { class: tick === 0 ? "axis" : "grid", d: `M${left} ${base(tick)}H${width - RIGHT - room}` }));
    svg.append(label(brief(tick), left - 8, base(tick) + 4, "end"));
  }
  for (const year of over.ticks) svg.append(label(String(year), over(year), height - 6, "middle"));
  const ends = names.map((name, at) => series(svg, chart, name, at % COLOURS, over, base));
  if (room) svg.append(...spread(names, ends, width - RIGHT - room + 4, room - 8));
  return svg;
}

/** Whether lines end in their names, so that no legend need say them. */
export const named = (chart: Chart, width: number): boolean => width > 460 && seriesOf(chart.rows).length > 1;

/** Draws one series; says how high it ends. */
function series(svg: SVGSVGElement, chart: Chart, name: string, colour: number, over: Scale, base: Scale): number {
  const rows = chart.rows.filter((row) => (row.series ?? "") === name).sort((a, b) => Number(a.x) - Number(b.x));
  const group = draw("g", { class: `s${colour}` });
  for (const part of [rows.filter((row) => !planned(row)), rows.filter(planned)]) {
    const points = onePerYear(part).map((row) => `${over(Number(row.x))} ${base(middle(row))}`);
    if (points.length > 1) group.append(draw("path", { class: part.every(planned) ? "line planned" : "line", d: `M${points.join("L")}` }));
  }
  for (const row of rows) group.append(point(row, chart, over, base));
  svg.append(group);
  return base(middle(rows.at(-1)!));
}

/** The first value of each year: a line has one, though two sentences may say two. */
const onePerYear = (rows: readonly Row[]): Row[] => rows.filter((row, at) => at === 0 || rows[at - 1].x !== row.x);

function point(row: Row, chart: Chart, over: Scale, base: Scale): SVGElement {
  const [x, y] = [over(Number(row.x)), base(middle(row))];
  const marks: SVGElement[] = [draw("circle", { class: "hit", cx: x, cy: y, r: 14 })];
  const [lower, upper] = [row.lower ?? null, row.upper ?? null];
  if (lower !== null && upper !== null) marks.push(draw("path", { class: "range", d: `M${x} ${base(lower)}V${base(upper)}` }));
  marks.push(draw("circle", { class: planned(row) ? "dot planned" : "dot", cx: x, cy: y, r: 5.5 }));
  return linked(row, chart.unit ?? "", chart.rows.length, ...marks);
}

/** The names at the ends of their lines, moved apart where they would lie on each other. */
function spread(names: readonly string[], ends: readonly number[], x: number, room: number): SVGElement[] {
  const order = names.map((_, at) => at).sort((a, b) => ends[a] - ends[b]);
  let free = -Infinity;
  return order.map((at) => {
    const y = Math.max(ends[at] + 4, free);
    free = y + LINE;
    return label(cut(names[at], room), x, y, "start", "name");
  });
}
