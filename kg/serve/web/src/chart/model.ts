/** What a page tells of a chart, and what is common to the drawings of all kinds. */

import { draw, safe } from "../dom";
import { amount, say } from "../words";

export interface Row {
  readonly x: number | string;
  readonly y: number | null;
  readonly lower?: number | null;
  readonly upper?: number | null;
  readonly series?: string;
  readonly status?: string;
  readonly href?: string;
  readonly label?: string;
}

export interface Chart {
  readonly type: "lines" | "bars" | "dots";
  readonly x?: string;
  readonly y?: string;
  readonly unit?: string;
  readonly rows: readonly Row[];
}

export const COLOURS = 6; // classes .s0 to .s5 of the style sheet
const STOPS = 40; // links up to which each is a stop of the Tab key; beyond, the table has them all

/** The values that a row takes up on an axis. */
export const extent = ({ y, lower, upper }: Row): number[] => [y, lower, upper].filter((one): one is number => one !== null && one !== undefined);

/** Where a row is drawn: its value, else the middle of its range. */
export const middle = ({ y, lower, upper }: Row): number => y ?? ((lower ?? upper ?? 0) + (upper ?? lower ?? 0)) / 2;

export const planned = ({ status }: Row): boolean => status === "planned";

export const carriedOut = ({ status }: Row): boolean => status === "implemented";

export function seriesOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.map(({ series }) => series ?? ""))];
}

export function valueOf(row: Row, unit: string): string {
  const [lower, upper] = [row.lower ?? null, row.upper ?? null];
  const value = row.y !== null ? amount(row.y) : lower !== null && upper !== null ? `${amount(lower)}–${amount(upper)}` : lower !== null ? `≥ ${amount(lower)}` : `≤ ${amount(upper ?? 0)}`;
  return [value, unit].filter(Boolean).join(" ");
}

/** What a row says where it is pointed at: value first, then what it is, then the words it was read from. */
export function told(row: Row, unit: string): readonly [string, string] {
  const status = row.status === "planned" || row.status === "achieved" || row.status === "implemented" ? say(row.status) : "";
  const what = [row.series, String(row.x), status].filter(Boolean).join(" · ");
  return [valueOf(row, unit), [what, row.label].filter(Boolean).join("\n")];
}

/** The marks of a row as a link to its sentence, where it has one. */
export function linked(row: Row, unit: string, many: number, ...marks: SVGElement[]): SVGElement {
  const address = safe(row.href);
  const [value, what] = told(row, unit);
  const name = `${what.replace("\n", " ")} ${value}`;
  const group = address
    ? draw("a", { href: address, "aria-label": name, tabindex: many > STOPS ? -1 : undefined }, ...marks)
    : draw("g", { role: "img", "aria-label": name }, ...marks);
  group.classList.add("mark");
  Object.assign(group.dataset, { value, what });
  return group;
}

/** A text at a point. */
export const label = (text: string, x: number, y: number, anchor: "start" | "middle" | "end", name = ""): SVGTextElement =>
  draw("text", { x, y, "text-anchor": anchor, class: name || undefined }, text);

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/;
const [HAN, LATIN] = [13, 7.4]; // pixels of a character at the size of labels

export const wide = (text: string): number => [...text].reduce((sum, one) => sum + (WIDE.test(one) ? HAN : LATIN), 0);

/** A text cut to so many pixels. */
export function cut(text: string, room: number): string {
  if (wide(text) <= room) return text;
  let [kept, used] = ["", HAN];
  for (const one of text) {
    used += wide(one);
    if (used > room) break;
    kept += one;
  }
  return `${kept}…`;
}
