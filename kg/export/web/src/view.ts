/** The picture: the network in a WebGL canvas, with labels where there is room, and what the pointer does to it. */

import Graph from "graphology";
import Sigma from "sigma";
import { EdgeArrowProgram, EdgeLineProgram, EdgeRectangleProgram, NodeCircleProgram, NodePointProgram, drawDiscNodeHover } from "sigma/rendering";
import type { EdgeDisplayData, NodeDisplayData } from "sigma/types";
import type { Network } from "./data";
import { other, type Shown } from "./filter";
import type { Points } from "./layout";
import { short, type Look } from "./look";
import type { Choices } from "./state";

const ARROWS = 3000; // edges up to which arrowheads are drawn
const THICK = 8000; // edges up to which their weight shows as thickness
const SLOW = 5000; // edges from which a machine without a graphics processor leaves them out while the picture moves
const ROUND = 3000; // nodes up to which each is drawn as a circle of its own
const RESTING = 5000; // nodes up to which neighbours light up at once; beyond, when the pointer rests
const CROWD = 150; // neighbours up to which the edges to them are drawn in the accent colour; more would be a blot
const PAUSE = 120; // milliseconds that the pointer rests then
const FONT = '"Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", system-ui, sans-serif';
const LABEL = 12;
const NARROW = "(max-width: 60rem)"; // as in page.css

/** The colours of the paper that the picture is on. */
export interface Paper {
  readonly paper: string;
  readonly ink: string;
  readonly faint: string;
  readonly edge: string;
  readonly faintEdge: string;
  readonly accent: string;
}

/** The style sheet's colours of now. */
export function paperOf(element: HTMLElement): Paper {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    paper: read("--paper"),
    ink: read("--ink"),
    faint: read("--faint-node"),
    edge: read("--edge"),
    faintEdge: read("--faint-edge"),
    accent: read("--accent"),
  };
}

type Label = Parameters<typeof drawDiscNodeHover>[1] & { zIndex?: number };

export class View {
  readonly sigma: Sigma;
  private readonly graph = new Graph({ multi: true, type: "directed" });
  private near: ReadonlySet<number> = new Set();
  private labels: Label[] = [];
  private paper: Paper;
  private looks: Look;
  private visible: Shown;
  private resting = 0;

  constructor(
    container: HTMLElement,
    private readonly network: Network,
    private readonly choices: Choices,
    parts: { points: Points; sizes: readonly number[]; look: Look; shown: Shown; paper: Paper },
  ) {
    this.paper = parts.paper;
    this.looks = parts.look;
    this.visible = parts.shown;
    this.fill(parts.points, parts.sizes);
    const many = network.edges.length;
    this.sigma = new Sigma(this.graph, container, {
      allowInvalidContainer: true,
      defaultDrawNodeHover: (context, data) => this.drawHover(context, data),
      defaultDrawNodeLabel: (_, data) => void this.labels.push(data as Label),
      defaultEdgeType: many <= ARROWS ? "arrow" : many <= THICK ? "rectangle" : "line",
      edgeProgramClasses: { arrow: EdgeArrowProgram, rectangle: EdgeRectangleProgram, line: EdgeLineProgram },
      edgeReducer: (_, data) => this.edge(data as Drawn & EdgeDisplayData),
      hideEdgesOnMove: many > SLOW && drawnInSoftware(),
      labelDensity: 6,
      labelGridCellSize: 90,
      labelRenderedSizeThreshold: network.nodes.length <= 300 ? 0 : network.nodes.length <= 3000 ? 4 : 5,
      maxCameraRatio: 4,
      minCameraRatio: 0.005,
      minEdgeThickness: many <= ARROWS ? 1 : 0.5,
      // Points are drawn all at once, circles one by one where WebGL is emulated: six times slower there.
      nodeProgramClasses: { circle: network.nodes.length <= ROUND ? NodeCircleProgram : NodePointProgram },
      nodeReducer: (_, data) => this.node(data as Drawn & NodeDisplayData),
      stagePadding: 48,
      zIndex: true,
    });
    this.sigma.on("beforeRender", () => void (this.labels = []));
    this.sigma.on("afterRender", () => this.drawLabels());
    this.sigma.refresh();
    this.listen(container);
  }

  private fill(points: Points, sizes: readonly number[]): void {
    for (const { index } of this.network.nodes) {
      this.graph.addNode(index, { index, x: points[2 * index], y: points[2 * index + 1], size: sizes[index] });
    }
    const heavy = this.network.edges.reduce((most, { weight }) => Math.max(most, weight), 1);
    for (const { index, source, target, weight } of this.network.edges) {
      const size = 1.4 + (2 * Math.log2(weight)) / Math.max(1, Math.log2(heavy));
      this.graph.addDirectedEdgeWithKey(index, source, target, { index, size });
    }
  }

  private listen(container: HTMLElement): void {
    this.sigma.on("clickNode", ({ node }) => this.choices.change({ selected: Number(node) }));
    this.sigma.on("clickStage", () => this.choices.change({ selected: null }));
    this.sigma.on("enterNode", ({ node }) => this.hover(Number(node)));
    this.sigma.on("leaveNode", () => this.hover(null));
    container.addEventListener("keydown", (event) => this.key(event));
    this.letDrag();
  }

  /** Nodes can be drawn elsewhere with the pointer. */
  private letDrag(): void {
    let held: string | null = null;
    this.sigma.on("downNode", ({ node }) => {
      held = node;
      if (!this.sigma.getCustomBBox()) this.sigma.setCustomBBox(this.sigma.getBBox()); // the rest stays where it is
    });
    this.sigma.on("moveBody", ({ event }) => {
      if (held === null) return;
      this.graph.mergeNodeAttributes(held, this.sigma.viewportToGraph(event));
      event.preventSigmaDefault();
      event.original.preventDefault();
      event.original.stopPropagation();
    });
    for (const end of ["upNode", "upStage"] as const) this.sigma.on(end, () => void (held = null));
  }

  private hover(index: number | null): void {
    this.sigma.getContainer().style.cursor = index === null ? "" : "pointer";
    clearTimeout(this.resting);
    const act = () => this.choices.change({ hovered: index });
    if (this.network.nodes.length <= RESTING) act();
    else this.resting = setTimeout(act, PAUSE);
  }

  private key(event: KeyboardEvent): void {
    const camera = this.sigma.getCamera();
    const step = 0.1 * camera.ratio;
    const moves: Record<string, () => void> = {
      "+": () => this.zoom(1 / 1.5),
      "=": () => this.zoom(1 / 1.5),
      "-": () => this.zoom(1.5),
      "0": () => this.fit(),
      ArrowLeft: () => camera.setState({ x: camera.x - step }),
      ArrowRight: () => camera.setState({ x: camera.x + step }),
      ArrowUp: () => camera.setState({ y: camera.y + step }),
      ArrowDown: () => camera.setState({ y: camera.y - step }),
    };
    if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moves[event.key]();
  }

  /** The look of one node: hidden, the one in question, near to it, far from it, or as usual. */
  private node(data: Drawn & NodeDisplayData): Partial<NodeDisplayData> {
    const { index } = data;
    if (!this.visible.nodes[index]) return { ...data, hidden: true };
    const { language } = this.choices.now;
    const label = short(this.network.nodes[index].label[language]);
    const usual = { ...data, color: this.looks.colors[index], label, zIndex: 1 };
    if (this.focus === null) return usual;
    if (index === this.focus) return { ...usual, highlighted: true, zIndex: 3 };
    if (this.near.has(index)) return { ...usual, forceLabel: this.near.size <= 60, zIndex: 2 };
    return { ...usual, color: this.paper.faint, label: null, zIndex: 0 };
  }

  private edge(data: Drawn & EdgeDisplayData): Partial<EdgeDisplayData> {
    if (!this.visible.edges[data.index]) return { ...data, hidden: true };
    if (this.focus === null) return { ...data, color: this.paper.edge };
    const { source, target } = this.network.edges[data.index];
    const incident = source === this.focus || target === this.focus;
    const color = this.near.size <= CROWD ? this.paper.accent : this.paper.edge;
    return incident ? { ...data, color, zIndex: 1 } : { ...data, color: this.paper.faintEdge, zIndex: 0 };
  }

  private get focus(): number | null {
    const { hovered, selected } = this.choices.now;
    const wanted = hovered ?? selected;
    return wanted !== null && this.visible.nodes[wanted] ? wanted : null;
  }

  /** Labels from the most important on, each where it lies on no other. */
  private drawLabels(): void {
    const context = this.sigma.getCanvases().labels.getContext("2d")!;
    this.labels.sort((a, b) => (b.zIndex ?? 0) - (a.zIndex ?? 0) || b.size - a.size);
    context.font = `${LABEL}px ${FONT}`;
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = this.paper.paper;
    context.fillStyle = this.paper.ink;
    for (const { text, x, y } of this.placed((label) => context.measureText(label).width)) {
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    }
  }

  /** The labels of the last drawing that find room, with the points where their text begins. */
  placed(width: (label: string) => number): { text: string; x: number; y: number }[] {
    const room = new Room();
    const edge = this.sigma.getDimensions().width;
    const found: { text: string; x: number; y: number }[] = [];
    for (const { label, x, y, size } of this.labels) {
      if (!label) continue;
      const [wide, right] = [width(label), x + size + 3];
      const at = { text: label, x: right + wide < edge ? right : x - size - 3 - wide, y: y + LABEL / 3 };
      if (room.take(at.x, y - LABEL * 0.6, at.x + wide, y + LABEL * 0.6)) found.push(at);
    }
    return found;
  }

  private drawHover(context: CanvasRenderingContext2D, data: Label): void {
    const { language } = this.choices.now;
    const text = this.network.nodes[Number((data as { key?: string }).key)]?.label[language] ?? data.label ?? "";
    context.font = `600 ${LABEL + 1}px ${FONT}`;
    const [left, wide] = [data.x + data.size + 3, context.measureText(text).width];
    context.fillStyle = this.paper.paper;
    context.strokeStyle = this.paper.accent;
    context.lineWidth = 1.5;
    context.beginPath();
    context.roundRect(left - 2, data.y - 11, wide + 10, 22, 5);
    context.fill();
    context.stroke();
    context.beginPath();
    context.arc(data.x, data.y, data.size + 2.5, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    context.fillStyle = this.paper.ink;
    context.fillText(text, left + 3, data.y + LABEL / 3 + 0.5);
  }

  /** Draw anew with another look, part, language or paper; what is left out stays. */
  redraw(changed: { look?: Look; shown?: Shown; paper?: Paper }): void {
    this.looks = changed.look ?? this.looks;
    this.visible = changed.shown ?? this.visible;
    this.paper = changed.paper ?? this.paper;
    const focus = this.focus;
    this.near = new Set(focus === null ? [] : this.incident(focus).map((edge) => other(edge, focus)));
    this.sigma.refresh({ schedule: true });
  }

  private incident(index: number) {
    return this.network.incident[index].filter((edge) => this.visible.edges[edge.index]);
  }

  /** Put the nodes elsewhere. */
  move(points: Points): void {
    this.sigma.setCustomBBox(null);
    this.graph.updateEachNodeAttributes(
      (_, attributes) => {
        attributes.x = points[2 * attributes.index];
        attributes.y = points[2 * attributes.index + 1];
        return attributes;
      },
      { attributes: ["x", "y"] },
    );
  }

  zoom(factor: number): void {
    const camera = this.sigma.getCamera();
    void camera.animate({ ratio: camera.getBoundedRatio(camera.ratio * factor) }, { duration: duration() });
  }

  /** All that is shown, as large as it fits. */
  fit(): void {
    this.sigma.refresh(); // until then a changed node is not where the camera looks for it
    const { width, height } = this.sigma.getDimensions();
    const [left, top, right, bottom] = this.extent();
    if (left > right) return;
    const camera = this.sigma.getCamera();
    const ratio = camera.ratio * Math.max((right - left) / (width - 96), (bottom - top) / (height - 96), 0.01);
    const { x, y } = this.sigma.viewportToFramedGraph({ x: (left + right) / 2, y: (top + bottom) / 2 });
    void camera.animate({ x, y, ratio: camera.getBoundedRatio(ratio) }, { duration: duration() });
  }

  private extent(): [number, number, number, number] {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    this.graph.forEachNode((_, { index, x, y }) => {
      if (!this.visible.nodes[index]) return;
      const at = this.sigma.graphToViewport({ x, y });
      left = Math.min(left, at.x);
      right = Math.max(right, at.x);
      top = Math.min(top, at.y);
      bottom = Math.max(bottom, at.y);
    });
    return [left, top, right, bottom];
  }

  /** Bring a node to the middle, near enough to see what it is connected with. */
  goTo(index: number): void {
    this.sigma.refresh(); // as in fit
    const place = this.sigma.getNodeDisplayData(index);
    if (!place) return;
    const camera = this.sigma.getCamera();
    const { width, height } = this.sigma.getDimensions();
    const near = Math.max(0.06, Math.min(0.7, 10 / Math.sqrt(this.network.nodes.length)));
    const ratio = Math.min(camera.ratio, near);
    const lift = matchMedia(NARROW).matches ? (0.25 * ratio * height) / Math.min(width, height) : 0; // above the sheet
    void camera.animate({ x: place.x, y: place.y - lift, ratio }, { duration: duration() });
  }

  /** Where a node is on the screen. */
  at(index: number): { x: number; y: number; size: number } {
    const { x, y } = this.sigma.graphToViewport(this.graph.getNodeAttributes(index) as { x: number; y: number });
    const size = this.sigma.scaleSize(this.graph.getNodeAttribute(index, "size") as number);
    return { x, y, size };
  }

  /** The colour of a node and of an edge as they are drawn now; null for what is hidden. */
  nodeColor(index: number): string | null {
    const data = this.sigma.getNodeDisplayData(index);
    return data && !data.hidden ? data.color : null;
  }

  edgeColor(index: number): string | null {
    const data = this.sigma.getEdgeDisplayData(index);
    return data && !data.hidden ? data.color : null;
  }

  get background(): string {
    return this.paper.paper;
  }

  get ink(): string {
    return this.paper.ink;
  }

  get font(): string {
    return FONT;
  }
}

interface Drawn {
  readonly index: number;
}

const duration = (): number => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 350);

/** Whether WebGL is only emulated, as on remote desktops. */
function drawnInSoftware(): boolean {
  const context = document.createElement("canvas").getContext("webgl2");
  const names = context?.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(context?.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer);
}

/** Boxes that do not lie on each other, found by cells of a grid. */
class Room {
  private static readonly CELL = 64;
  private readonly cells = new Map<string, [number, number, number, number][]>();

  /** Take a box if it is free. */
  take(left: number, top: number, right: number, bottom: number): boolean {
    const cells = [...this.under(left, top, right, bottom)];
    const free = cells.every((cell) =>
      (this.cells.get(cell) ?? []).every(([l, t, r, b]) => right <= l || r <= left || bottom <= t || b <= top),
    );
    if (free) for (const cell of cells) this.cells.set(cell, [...(this.cells.get(cell) ?? []), [left, top, right, bottom]]);
    return free;
  }

  private *under(left: number, top: number, right: number, bottom: number): Generator<string> {
    const cell = (value: number) => Math.floor(value / Room.CELL);
    for (let x = cell(left); x <= cell(right); x++) for (let y = cell(top); y <= cell(bottom); y++) yield `${x} ${y}`;
  }
}
