/** What is on the screen as a picture to keep: drawn anew from the same places, as SVG, or as PNG at twice the size. */

import type { Network } from "./data";
import type { Shown } from "./filter";
import type { Look } from "./look";
import type { View } from "./view";

const SCALE = 2; // of a PNG
const MARGIN = 16;

interface Scene {
  readonly width: number;
  readonly height: number;
  readonly paper: string;
  readonly ink: string;
  readonly font: string;
  readonly title: string;
  readonly source: string;
  readonly lines: { x1: number; y1: number; x2: number; y2: number; color: string }[];
  readonly discs: { x: number; y: number; r: number; color: string }[];
  readonly texts: { text: string; x: number; y: number }[];
  readonly legend: { name: string; color: string }[];
}

/** Everything in the window, with title, source and legend. */
export function scene(view: View, network: Network, shown: Shown, look: Look, said: { title: string; source: string; names: string[] }): Scene {
  const { width, height } = view.sigma.getDimensions();
  const inside = (x: number, y: number) => -50 < x && x < width + 50 && -50 < y && y < height + 50;
  const places = network.nodes.map(({ index }) => view.at(index));
  const lines = network.edges.flatMap(({ index, source, target }) => {
    const [a, b] = [places[source], places[target]];
    const color = shown.edges[index] ? view.edgeColor(index) : null;
    const near = Math.max(a.x, b.x) > 0 && Math.min(a.x, b.x) < width && Math.max(a.y, b.y) > 0 && Math.min(a.y, b.y) < height;
    return color && near ? [{ x1: a.x, y1: a.y, x2: b.x, y2: b.y, color }] : [];
  });
  const discs = network.nodes.flatMap(({ index }) => {
    const { x, y, size } = places[index];
    const color = shown.nodes[index] ? view.nodeColor(index) : null;
    return color && inside(x, y) ? [{ x, y, r: size, color }] : [];
  });
  const measure = document.createElement("canvas").getContext("2d")!;
  measure.font = `12px ${view.font}`;
  const texts = view.placed((label) => measure.measureText(label).width);
  const legend = look.legend.slice(0, 12).map(([, color], at) => ({ name: said.names[at], color }));
  return { width, height, paper: view.background, ink: view.ink, font: view.font, ...said, lines, discs, texts, legend };
}

/** The scene as an SVG document. */
export function svg(scene: Scene): Blob {
  const { width, height, paper, ink } = scene;
  const n = (value: number) => value.toFixed(1);
  const text = (said: string, x: number, y: number, more = "") =>
    `<text x="${n(x)}" y="${n(y)}"${more}>${escaped(said)}</text>`;
  const legend = scene.legend.flatMap(({ name, color }, at) => {
    const y = height - MARGIN - 18 * (scene.legend.length - at);
    return [`<circle cx="${MARGIN + 5}" cy="${y - 4}" r="5" fill="${escaped(color)}"/>`, text(name, MARGIN + 16, y)];
  });
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${escaped(scene.title)}</title><rect width="100%" height="100%" fill="${escaped(paper)}"/>`,
    ...scene.lines.map(({ x1, y1, x2, y2, color }) => `<path d="M${n(x1)} ${n(y1)}L${n(x2)} ${n(y2)}" stroke="${escaped(color)}"/>`),
    ...scene.discs.map(({ x, y, r, color }) => `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${escaped(color)}"/>`),
    `<g font-family="${escaped(scene.font)}" font-size="12" fill="${escaped(ink)}" paint-order="stroke" stroke="${escaped(paper)}" stroke-width="3" stroke-linejoin="round">`,
    ...scene.texts.map((label) => text(label.text, label.x, label.y)),
    text(scene.title, MARGIN, MARGIN + 12, ' font-size="16" font-weight="600"'),
    text(scene.source, MARGIN, MARGIN + 32),
    ...legend,
    "</g></svg>",
  ];
  return new Blob([parts.join("\n")], { type: "image/svg+xml" });
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** The scene as a PNG picture. */
export async function png(scene: Scene): Promise<Blob> {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [scene.width * SCALE, scene.height * SCALE];
  const context = canvas.getContext("2d")!;
  context.scale(SCALE, SCALE);
  paint(context, scene);
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture")))));
}

function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  context.fillStyle = scene.paper;
  context.fillRect(0, 0, scene.width, scene.height);
  for (const { x1, y1, x2, y2, color } of scene.lines) {
    context.strokeStyle = color;
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }
  for (const { x, y, r, color } of scene.discs) dot(context, x, y, r, color);
  context.lineJoin = "round";
  const write = (text: string, x: number, y: number, font: string) => {
    context.font = `${font} ${scene.font}`;
    [context.lineWidth, context.strokeStyle, context.fillStyle] = [3, scene.paper, scene.ink];
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  };
  for (const { text, x, y } of scene.texts) write(text, x, y, "12px");
  write(scene.title, MARGIN, MARGIN + 12, "600 16px");
  write(scene.source, MARGIN, MARGIN + 32, "12px");
  scene.legend.forEach(({ name, color }, at) => {
    const y = scene.height - MARGIN - 18 * (scene.legend.length - at);
    dot(context, MARGIN + 5, y - 4, 5, color);
    write(name, MARGIN + 16, y, "12px");
  });
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, r: number, color: string): void {
  context.fillStyle = color;
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  context.fill();
}

/** Hand a file to the reader. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
