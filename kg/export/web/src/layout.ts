/** Where the nodes are: the same network always gets the same first picture. */

import defaults from "graphology-layout-forceatlas2/defaults.js";
import type { ForceAtlas2Settings } from "graphology-layout-forceatlas2";
import iterate from "graphology-layout-forceatlas2/iterate.js";
import { type Network, type Node } from "./data";
import { other } from "./filter";

export interface Matrices {
  readonly nodes: Float32Array;
  readonly edges: Float32Array;
}

/** What the worker is asked, and what it answers. */
export interface Job {
  readonly matrices: Matrices;
  readonly settings: ForceAtlas2Settings;
  readonly iterations: number;
}
export interface Positions {
  readonly nodes: Float32Array;
  readonly done: number;
}

/** x and y of each node, by its index. */
export type Points = Float32Array;

const PER_NODE = 10; // numbers in a row of ForceAtlas2's matrices, see its helpers.js
const PER_EDGE = 3;
const MASS = 6;
const CONVERGENCE = 7;
const SIZE = 8;

export const SMALL = 300; // nodes up to which the first picture is the finished one, labels and all
const MEDIUM = 3000; // nodes up to which the first picture is worked on before it is shown
const GOLDEN = Math.PI * (3 - Math.sqrt(5)); // the angle at which seeds sit on a sunflower

/** How many steps are made before the network is shown, and how many after it. */
export function steps(count: number): { before: number; after: number } {
  if (count <= SMALL) return { before: 600, after: 0 };
  return count <= MEDIUM ? { before: 40, after: 400 } : { before: 0, after: 300 };
}

/** The settings of ForceAtlas2 for so many nodes. */
function settings(count: number): ForceAtlas2Settings {
  return {
    ...defaults,
    barnesHutOptimize: count > 1000,
    barnesHutTheta: 0.8,
    linLogMode: false,
    outboundAttractionDistribution: count > SMALL, // hubs go to the rim of what they hold together
    strongGravityMode: true,
    gravity: 0.05,
    scalingRatio: 10,
    slowDown: 1 + Math.log(count + 1),
  };
}

/**
 * Places to start from: the best connected nodes on a sunflower, each other one near those that it is connected with.
 */
export function seed(network: Network): Points {
  const points = new Float32Array(2 * network.nodes.length);
  const placed = new Uint8Array(network.nodes.length);
  const spread = Math.sqrt(network.nodes.length + 1);
  const degree = ({ index }: Node) => network.incident[index].length;
  const order = [...network.nodes].sort((a, b) => degree(b) - degree(a) || a.index - b.index);
  order.forEach(({ index }, rank) => {
    const near = network.incident[index].map((edge) => other(edge, index)).filter((end) => placed[end]);
    const radius = near.length > 0 ? 2 + Math.sqrt(spread) : 10 * Math.sqrt(rank + 1);
    points[2 * index] = mean(near, points, 0) + radius * Math.cos(rank * GOLDEN);
    points[2 * index + 1] = mean(near, points, 1) + radius * Math.sin(rank * GOLDEN);
    placed[index] = 1;
  });
  return points;
}

const mean = (nodes: readonly number[], points: Points, axis: 0 | 1): number =>
  nodes.length === 0 ? 0 : nodes.reduce((sum, node) => sum + points[2 * node + axis], 0) / nodes.length;

/** The matrices that ForceAtlas2 works on. */
export function matrices(network: Network, points: Points, sizes: readonly number[]): Matrices {
  const nodes = new Float32Array(PER_NODE * network.nodes.length);
  const edges = new Float32Array(PER_EDGE * network.edges.length);
  for (const { index } of network.nodes) {
    const row = PER_NODE * index;
    nodes[row] = points[2 * index];
    nodes[row + 1] = points[2 * index + 1];
    nodes[row + MASS] = 1;
    nodes[row + CONVERGENCE] = 1;
    nodes[row + SIZE] = sizes[index];
  }
  for (const { index, source, target, weight } of network.edges) {
    const pull = 1 + Math.log2(weight);
    edges.set([PER_NODE * source, PER_NODE * target, pull], PER_EDGE * index);
    nodes[PER_NODE * source + MASS] += pull;
    nodes[PER_NODE * target + MASS] += pull;
  }
  return { nodes, edges };
}

/** The positions in a matrix of nodes. */
export function points(nodes: Float32Array): Points {
  return Float32Array.from({ length: nodes.length / PER_NODE * 2 }, (_, at) => nodes[PER_NODE * (at >> 1) + (at & 1)]);
}

/** The first picture, and the job that is left to the worker, if any. */
export function force(network: Network, sizes: readonly number[], widths: readonly number[]): { points: Points; job: Job | null } {
  const count = network.nodes.length;
  const { before, after } = steps(count);
  const matrix = matrices(network, seed(network), sizes);
  const chosen = settings(count);
  for (let step = 0; step < before; step++) iterate(chosen, matrix.nodes, matrix.edges);
  const found = points(matrix.nodes);
  return {
    points: count <= SMALL ? apart(lying(found), sizes, roomy(sizes, widths)) : found,
    job: after > 0 ? { matrices: matrix, settings: chosen, iterations: after } : null,
  };
}

const STRETCH = 1.6; // how much more one axis may be scaled than the other
const CROWDED = 0.3; // of the picture that labels may cover

/** Labels of the largest nodes, until they cover so much of the picture; the others' widths are 0. */
function roomy(sizes: readonly number[], widths: readonly number[]): number[] {
  const kept = widths.map(() => 0);
  let covered = 0;
  for (const at of [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a] || a - b)) {
    covered += 18 * widths[at];
    if (covered > CROWDED * 1400 * 900) break;
    kept[at] = widths[at];
  }
  return kept;
}

/** Turned so that it is widest from left to right, as screens are, and scaled to a picture of 1,400 by 900. */
function lying(points: Points): Points {
  const all = [...points.keys()].filter((at) => at % 2 === 0).map((at) => at / 2);
  const [cx, cy] = [mean(all, points, 0), mean(all, points, 1)];
  let [xx, xy, yy] = [0, 0, 0];
  for (const at of all) {
    const [x, y] = [points[2 * at] - cx, points[2 * at + 1] - cy];
    (xx += x * x), (xy += x * y), (yy += y * y);
  }
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const turned = points.map((_, at) => {
    const [x, y] = [points[at & ~1] - cx, points[at | 1] - cy];
    return at & 1 ? y * cos - x * sin : x * cos + y * sin;
  });
  const reach = (axis: number) => turned.reduce((most, value, at) => ((at & 1) === axis ? Math.max(most, Math.abs(value)) : most), 1e-9);
  const [wide, tall] = [700 / reach(0), 450 / reach(1)];
  const least = Math.min(wide, tall);
  return turned.map((value, at) => value * Math.min(at & 1 ? tall : wide, STRETCH * least));
}

/** Nodes moved so far apart that no two of them, with their labels, lie on each other. */
function apart(points: Points, sizes: readonly number[], widths: readonly number[]): Points {
  const moved = points.slice();
  const high = (at: number) => (widths[at] > 0 ? Math.max(2 * sizes[at], 15) : 2 * sizes[at]) + 3;
  for (let round = 0, touching = true; touching && round < 200; round++) {
    touching = false;
    for (let a = 0; a < sizes.length; a++) {
      for (let b = 0; b < a; b++) {
        // A label stands to the right of its node, so the box of both has its middle beside the node's.
        const [ax, bx] = [moved[2 * a] + widths[a] / 2, moved[2 * b] + widths[b] / 2];
        const wide = (widths[a] + widths[b]) / 2 + sizes[a] + sizes[b] + 6 - Math.abs(ax - bx);
        const tall = (high(a) + high(b)) / 2 - Math.abs(moved[2 * a + 1] - moved[2 * b + 1]);
        if (wide <= 0 || tall <= 0) continue;
        touching = true;
        const axis = wide < 2 * tall ? 0 : 1; // rather sideways: screens are wide
        const push = (axis === 0 ? wide : tall) / 2 + 0.1;
        const sign = (axis === 0 ? ax - bx : moved[2 * a + 1] - moved[2 * b + 1]) >= 0 ? 1 : -1;
        moved[2 * a + axis] += sign * push;
        moved[2 * b + axis] -= sign * push;
      }
    }
  }
  return moved;
}

/** A column for each kind, in the order in which edges run; in it nodes lie level with what they are connected with. */
export function columns(network: Network): Points {
  const kinds = inOrder(network);
  const members = kinds.map((kind) => network.nodes.filter((node) => (node.kinds[0] ?? "") === kind).map(({ index }) => index));
  const rank = new Float64Array(network.nodes.length);
  const level = (column: number[]) => column.forEach((index, at) => (rank[index] = (at + 0.5) / column.length));
  members.forEach(level);
  for (let sweep = 0; sweep < 8; sweep++) {
    for (const column of sweep % 2 ? [...members].reverse() : members) {
      const wish = new Map(column.map((index) => [index, wishOf(network, index, rank)]));
      column.sort((a, b) => wish.get(a)! - wish.get(b)! || a - b);
      level(column);
    }
  }
  return stacked(members, network.nodes.length);
}

function wishOf(network: Network, index: number, rank: Float64Array): number {
  const near = network.incident[index].map((edge) => rank[other(edge, index)]);
  return near.length > 0 ? near.reduce((sum, value) => sum + value, 0) / near.length : rank[index];
}

/** Kinds with more edges out than in come first. */
function inOrder(network: Network): string[] {
  const balance = new Map<string, number>();
  const add = (index: number, by: number) => {
    const kind = network.nodes[index].kinds[0] ?? "";
    balance.set(kind, (balance.get(kind) ?? 0) + by);
  };
  for (const { index } of network.nodes) add(index, 0);
  for (const { source, target } of network.edges) add(source, 1), add(target, -1);
  const size = (kind: string) => network.nodes.filter((node) => (node.kinds[0] ?? "") === kind).length;
  const mean = new Map([...balance].map(([kind, sum]) => [kind, sum / size(kind)]));
  return [...balance.keys()].sort((a, b) => mean.get(b)! - mean.get(a)! || (a < b ? -1 : 1));
}

/** Long columns become several beside each other, so that the picture keeps the shape of a screen. */
function stacked(members: readonly number[][], count: number): Points {
  const points = new Float32Array(2 * count);
  const height = Math.max(40, Math.ceil(Math.sqrt(count) * 2.2));
  let x = 0;
  for (const column of members) {
    const beside = Math.ceil(column.length / height);
    const rows = Math.ceil(column.length / beside);
    column.forEach((index, at) => {
      points[2 * index] = x + 170 * (at % beside);
      points[2 * index + 1] = -((Math.floor(at / beside) + 0.5) / rows) * Math.max(rows, height / 2) * 20;
    });
    x += 170 * (beside - 1) + 420;
  }
  return points;
}
