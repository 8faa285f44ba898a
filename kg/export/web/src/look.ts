/** Sizes and colours of nodes, and what the colours mean. */

import type { Language, Network, Node } from "./data";
import { FACETS, type Coloring, type Facet } from "./state";
import { SMALL } from "./layout";
import { valuesOf } from "./filter";

// Tableau 10 without its greys, then darker companions: apart from each other on light and on dark paper.
const PALETTE = [
  "#4e79a7", "#59a14f", "#f28e2b", "#e15759", "#76b7b2", "#b07aa1", "#edc948", "#ff9da7", "#9c755f", "#86bcb6",
  "#8cd17d", "#d37295", "#499894", "#b6992d", "#a0cbe8", "#d4a6c8",
];
const OTHERS = "#9aa0a6"; // for values beyond the palette and nodes without a value

export interface Look {
  /** The colour of each node, by index. */
  readonly colors: readonly string[];
  /** Value of the facet → its colour, the most frequent first; empty where the colours have no common meaning. */
  readonly legend: readonly (readonly [string, string])[];
}

/** The radius of each node in pixels: by the size that the view gives it, else by its number of edges. */
export function sizesOf(network: Network, scale: number): number[] {
  const weights = network.nodes.map(({ size, index }) => size ?? network.incident[index].length + 1);
  const most = weights.reduce((a, b) => Math.max(a, b), 1);
  const [least, largest] = weights.length <= SMALL ? [4, 15] : weights.length <= 10 * SMALL ? [2.5, 14] : [1.5, 12];
  return weights.map((weight) => scale * (least + (largest - least) * Math.sqrt(weight / most)));
}

/** What nodes can be coloured by: facets that tell at least two of them apart, and the view's own colours. */
export function colorings(network: Network): Coloring[] {
  const facets = FACETS.filter((facet) => valuesOf(network, facet).length > 1);
  const own = network.nodes.some(({ color }) => color !== null) && !FACETS.some((facet) => explained(network, facet));
  return own ? ["given", ...facets] : facets;
}

/** What they are coloured by at first: what the view's colours mean, else their kind. */
export function firstColoring(network: Network): Coloring {
  const possible = colorings(network);
  if (possible.includes("given")) return "given";
  return possible.find((coloring) => coloring !== "given" && explained(network, coloring)) ?? possible[0] ?? "kinds";
}

export function look(network: Network, coloring: Coloring): Look {
  if (coloring === "given") return { colors: network.nodes.map(({ color }) => color ?? OTHERS), legend: [] };
  const given = explained(network, coloring);
  const values = valuesOf(network, coloring).map(([value]) => value);
  const legend = values.map((value, at) => [value, given?.get(value) ?? PALETTE[at] ?? OTHERS] as const);
  const colors = new Map(legend);
  return { colors: network.nodes.map((node) => colors.get(node[coloring][0]) ?? OTHERS), legend };
}

/** Value → colour, where the view's colours say just the values of this facet; null where they do not. */
function explained(network: Network, facet: Facet): Map<string, string> | null {
  const colors = new Map<string, string>();
  for (const node of network.nodes) {
    const value = node[facet][0];
    if (node.color === null || value === undefined) return null;
    if ((colors.get(value) ?? node.color) !== node.color) return null;
    colors.set(value, node.color);
  }
  return colors.size > 0 ? colors : null;
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/;
const LONGEST = 32; // half-width characters of a label on the picture; the panel has the whole

const units = (character: string): number => (WIDE.test(character) ? 2 : 1);

/** A label as the picture has it. */
export function short(label: string): string {
  let length = 0;
  const characters = [...label];
  const cut = characters.findIndex((character) => (length += units(character)) > LONGEST);
  return cut < 0 ? label : `${characters.slice(0, cut - 1).join("")}…`;
}

/** About how many pixels wide each node's label is. */
export function widthsOf(network: Network, language: Language): number[] {
  const width = (node: Node) => [...short(node.label[language])].reduce((sum, character) => sum + 6.3 * units(character), 0);
  return network.nodes.map(width);
}
