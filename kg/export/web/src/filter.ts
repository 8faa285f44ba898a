/** Which nodes and edges are shown for what the reader has chosen. */

import type { Edge, Network, Node } from "./data";
import { FACETS, type Facet, type State } from "./state";

export interface Shown {
  /** 1 for each node or edge that is shown, by index. */
  readonly nodes: Uint8Array;
  readonly edges: Uint8Array;
  readonly nodeCount: number;
  readonly edgeCount: number;
}

/** All years of which the network speaks, in order. */
export function yearsOf(network: Network): number[] {
  const found = new Set<number>();
  for (const part of [network.nodes, network.edges]) for (const { years } of part) for (const year of years) found.add(year);
  return [...found].sort((a, b) => a - b);
}

/** The values of a facet with the number of nodes that have each, the most frequent first. */
export function valuesOf(network: Network, facet: Facet): [string, number][] {
  const counts = new Map<string, number>();
  for (const node of network.nodes) for (const value of node[facet]) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** The shown part. `whole` are the first and last year of the network, or null where it has none. */
export function shown(network: Network, state: State, whole: readonly [number, number] | null): Shown {
  const dated = whole !== null && (state.from > whole[0] || state.to < whole[1]);
  const inTime = ({ years }: { years: readonly number[] }) =>
    !dated || years.length === 0 || years.some((year) => state.from <= year && year <= state.to);
  const nodes = Uint8Array.from(network.nodes, (node) => (inTime(node) && wanted(node, state) ? 1 : 0));
  const edges = Uint8Array.from(network.edges, (edge) => (inTime(edge) ? nodes[edge.source] & nodes[edge.target] : 0));
  if (dated) keepReached(network, nodes, edges);
  if (state.degree > 0) keepConnected(network, nodes, edges, state.degree);
  for (const { index, source, target } of network.edges) edges[index] &= nodes[source] & nodes[target];
  return { nodes, edges, nodeCount: sum(nodes), edgeCount: sum(edges) };
}

const sum = (flags: Uint8Array): number => flags.reduce((total, flag) => total + flag, 0);

/** A node is wanted if of each facet that it has one value at least is not filtered out. */
function wanted(node: Node, state: State): boolean {
  return FACETS.every((facet) => node[facet].length === 0 || node[facet].some((value) => !state.without[facet].has(value)));
}

/** In a part of the time, undated nodes (concepts) stay only where something dated leads to them. */
function keepReached(network: Network, nodes: Uint8Array, edges: Uint8Array): void {
  const reached = new Uint8Array(nodes.length);
  const open: number[] = [];
  const reach = (index: number) => {
    if (nodes[index] && !reached[index]) open.push(index), (reached[index] = 1);
  };
  for (const node of network.nodes) if (node.years.length > 0) reach(node.index);
  for (const edge of network.edges) if (edges[edge.index] && edge.years.length > 0) reach(edge.source), reach(edge.target);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const edge of network.incident[at]) if (edges[edge.index]) reach(other(edge, at));
  }
  for (const index of nodes.keys()) nodes[index] &= reached[index];
}

function keepConnected(network: Network, nodes: Uint8Array, edges: Uint8Array, least: number): void {
  const degrees = new Uint32Array(nodes.length);
  for (const edge of network.edges) if (edges[edge.index]) degrees[edge.source]++, degrees[edge.target]++;
  for (const index of nodes.keys()) if (degrees[index] < least) nodes[index] = 0;
}

/** The other end of an edge. */
export const other = (edge: Edge, end: number): number => (edge.source === end ? edge.target : edge.source);
