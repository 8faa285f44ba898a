/** The map: points over the faint dots of all townships, in an equal-area projection; no tiles, no borders. */

import { button, data, draw, make, safe } from "./dom";
import { amount, say } from "./words";

interface Point {
  readonly lon: number;
  readonly lat: number;
  readonly label: string;
  readonly href?: string;
  readonly value?: number | null;
  readonly around?: boolean; // of what the place lies in: it is somewhere in there
}

type Box = readonly [x: number, y: number, width: number, height: number];

const LAND = "/land.json";
const SIDE = 1000; // units of the picture across China
const CLOSEST = SIDE / 60; // the nearest one can look
const ROUND = Math.PI / 180;
const STOPS = 40; // points up to which each is a stop of the Tab key

// Albers' equal-area conic projection with China's usual parallels.
const [SOUTH, NORTH, ORIGIN, MERIDIAN] = [25, 47, 36, 105].map((degree) => degree * ROUND);
const N = (Math.sin(SOUTH) + Math.sin(NORTH)) / 2;
const C = Math.cos(SOUTH) ** 2 + 2 * N * Math.sin(SOUTH);
const RHO = Math.sqrt(C - 2 * N * Math.sin(ORIGIN)) / N;
const [LEFT, TOP, WIDTH] = [-0.43, -0.33, 0.83]; // of the projected country

/** Where a place is in the picture. */
export function project(lon: number, lat: number): readonly [number, number] {
  const rho = Math.sqrt(C - 2 * N * Math.sin(lat * ROUND)) / N;
  const theta = N * (lon * ROUND - MERIDIAN);
  const [x, y] = [rho * Math.sin(theta), rho * Math.cos(theta) - RHO];
  return [((x - LEFT) / WIDTH) * SIDE, ((y - TOP) / WIDTH) * SIDE];
}

const WHOLE: Box = [0, 0, SIDE, 0.86 * SIDE];

export function start(figures: Element[]): void {
  for (const figure of figures) {
    const found = figure.querySelector('script[type="application/json"]');
    if (found) show(figure as HTMLElement, data<{ points: Point[] }>(found).points);
  }
}

/** Draws points into a figure. */
export function show(figure: HTMLElement, points: readonly Point[]): void {
  const known = points.filter(({ lon, lat }) => Number.isFinite(lon) && Number.isFinite(lat));
  if (known.length === 0) return void (figure.hidden = true);
  new Sheet(figure, known);
}

class Sheet {
  private readonly svg = draw("svg", { role: "group" });
  private readonly land = draw("path", { class: "land" });
  private readonly tip = make("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  private readonly place = make("div", { class: "drawing" });
  private readonly home: Box;
  private box: Box = WHOLE;
  private readonly marks: { at: readonly [number, number]; share: number; dots: SVGCircleElement[] }[] = [];

  constructor(figure: HTMLElement, points: readonly Point[]) {
    this.svg.setAttribute("aria-label", figure.querySelector("figcaption")?.textContent?.trim() ?? say("map"));
    const most = Math.max(1, ...points.map(({ value }) => value ?? 0));
    const large = [...points].sort((a, b) => (b.value ?? 0) - (a.value ?? 0)); // the small ones above the large
    this.svg.append(this.land, ...large.map((point) => this.mark(point, most, points.length)));
    const tools = make("div", { class: "tools" });
    tools.append(
      this.tool("+", "zoomIn", () => this.zoom(0.5)),
      this.tool("−", "zoomOut", () => this.zoom(2)),
      this.tool("⌂", "whole", () => this.look(this.box === WHOLE ? this.home : WHOLE)),
    );
    this.place.append(this.svg, tools, this.tip);
    figure.append(this.place, make("p", { class: "note" }, say("points")));
    this.home = around(this.marks.map(({ at }) => at));
    this.look(this.home);
    this.listen();
    void this.lay();
  }

  private tool(sign: string, word: "zoomIn" | "zoomOut" | "whole", act: () => void): HTMLButtonElement {
    return button(sign, act, { title: say(word), "aria-label": say(word) });
  }

  private mark(point: Point, most: number, many: number): SVGElement {
    const [x, y] = project(point.lon, point.lat);
    const dots = [draw("circle", { class: "hit", cx: x, cy: y }), draw("circle", { class: point.around ? "point around" : "point", cx: x, cy: y })];
    this.marks.push({ at: [x, y], share: Math.sqrt((point.value ?? 0) / most), dots });
    const address = safe(point.href);
    const label = point.label || `${amount(point.lon)}, ${amount(point.lat)}`;
    const name = point.value ? `${label} ${amount(point.value)}` : label;
    const mark = address
      ? draw("a", { href: address, "aria-label": name, tabindex: many > STOPS ? -1 : undefined }, ...dots)
      : draw("g", { role: "img", "aria-label": name }, ...dots);
    mark.classList.add("mark");
    mark.dataset.name = name;
    return mark;
  }

  /** The dots of all townships: rows of latitude, in each the steps from one longitude to the next. */
  private async lay(): Promise<void> {
    const answer = await fetch(LAND);
    if (!answer.ok) return;
    const { step, rows } = (await answer.json()) as { step: number; rows: Record<string, number[]> };
    const parts: string[] = [];
    for (const [row, steps] of Object.entries(rows)) {
      let column = 0;
      for (const one of steps) {
        column += one;
        const [x, y] = project(column * step, Number(row) * step);
        parts.push(`M${x.toFixed(1)} ${y.toFixed(1)}h0`);
      }
    }
    this.land.setAttribute("d", parts.join(""));
  }

  private look(box: Box): void {
    this.box = box;
    const [x, y, width, height] = box;
    this.svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    const unit = this.unit;
    for (const { share, dots } of this.marks) {
      const r = 4.5 + 11 * share;
      dots[0].setAttribute("r", String(unit * Math.max(r, 14)));
      dots[1].setAttribute("r", String(unit * r));
    }
  }

  /** Units of the picture that a pixel is. */
  private get unit(): number {
    const { width, height } = this.svg.getBoundingClientRect();
    return Math.max(this.box[2] / (width || 600), this.box[3] / (height || 516));
  }

  private zoom(factor: number, at = [this.box[0] + this.box[2] / 2, this.box[1] + this.box[3] / 2]): void {
    const width = Math.max(CLOSEST, Math.min(WHOLE[2], this.box[2] * factor));
    const shrunk = width / this.box[2];
    this.pan([at[0] - (at[0] - this.box[0]) * shrunk, at[1] - (at[1] - this.box[1]) * shrunk, width, (width * WHOLE[3]) / WHOLE[2]]);
  }

  /** Look elsewhere, but never beyond the country. */
  private pan([x, y, width, height]: Box): void {
    const within = (value: number, size: number, whole: number) => Math.max(0, Math.min(whole - size, value));
    this.look(width >= WHOLE[2] ? WHOLE : [within(x, width, WHOLE[2]), within(y, height, WHOLE[3]), width, height]);
  }

  private listen(): void {
    new ResizeObserver(() => this.look(this.box)).observe(this.place);
    let held: { x: number; y: number; box: Box } | null = null;
    this.svg.addEventListener("pointerdown", ({ clientX, clientY, pointerType }) => {
      if (pointerType === "mouse") held = { x: clientX, y: clientY, box: this.box };
    });
    addEventListener("pointerup", () => (held = null));
    this.svg.addEventListener("pointermove", ({ clientX, clientY }) => {
      if (!held) return;
      const { unit } = this;
      this.pan([held.box[0] - (clientX - held.x) * unit, held.box[1] - (clientY - held.y) * unit, held.box[2], held.box[3]]);
    });
    this.svg.addEventListener("dragstart", (event) => event.preventDefault());
    this.svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    for (const kind of ["pointerover", "focusin"]) this.svg.addEventListener(kind, (event) => this.tell(event));
    for (const kind of ["pointerleave", "focusout"]) this.svg.addEventListener(kind, () => void (this.tip.hidden = true));
  }

  /** With Ctrl the wheel zooms, as does a pinch on a touchpad; alone it scrolls the page. */
  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const frame = this.svg.getBoundingClientRect();
    const [x, y, width, height] = this.box;
    const from = (pointer: number, start: number, size: number) => (pointer - start - size / 2) * this.unit;
    const at = [x + width / 2 + from(event.clientX, frame.left, frame.width), y + height / 2 + from(event.clientY, frame.top, frame.height)];
    this.zoom(event.deltaY > 0 ? 1.25 : 0.8, at);
  }

  private tell(event: Event): void {
    const mark = (event.target as Element).closest<SVGElement>(".mark");
    this.tip.hidden = mark === null;
    if (!mark) return;
    this.tip.textContent = mark.dataset.name ?? "";
    const [box, frame] = [mark.getBoundingClientRect(), this.place.getBoundingClientRect()];
    const x = Math.max(0, Math.min(box.left + box.width / 2 - frame.left - this.tip.offsetWidth / 2, frame.width - this.tip.offsetWidth));
    const above = box.top - frame.top - this.tip.offsetHeight - 4;
    this.tip.style.translate = `${x}px ${above > 0 ? above : box.bottom - frame.top + 4}px`;
  }
}

/** The part of the country that the points take up, with some of what is around them. */
function around(at: readonly (readonly [number, number])[]): Box {
  const [xs, ys] = [at.map(([x]) => x), at.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const ratio = WHOLE[3] / WHOLE[2];
  const width = Math.max(SIDE / 6, 1.4 * (right - left), (1.4 * (bottom - top)) / ratio);
  if (width > 0.6 * SIDE) return WHOLE;
  const clamp = (value: number, size: number, whole: number) => Math.max(0, Math.min(whole - size, value));
  return [clamp((left + right - width) / 2, width, WHOLE[2]), clamp((top + bottom - width * ratio) / 2, width * ratio, WHOLE[3]), width, width * ratio];
}
