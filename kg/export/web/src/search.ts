/** Finding nodes by what one types: in their names, in both languages, and in their other facts. */

import type { Network, Node } from "./data";

const MOST = 12;

/** Full width, case and compatibility forms make no difference. */
const folded = (text: string): string => text.normalize("NFKC").toLowerCase();

export class Search {
  private readonly names: string[][];
  private readonly facts: string[];

  constructor(private readonly network: Network) {
    this.names = network.nodes.map(({ label }) => [...new Set([folded(label.zh), folded(label.en)])]);
    this.facts = network.nodes.map((node) => folded([node.iri, ...node.facts.map(([, value]) => value)].join("\n")));
  }

  /** The best nodes for a query among those `allowed`: exact names, then beginnings, then parts; well connected first. */
  find(query: string, allowed: Uint8Array): Node[] {
    const wanted = folded(query.trim());
    if (!wanted) return [];
    const found: [number, Node][] = [];
    for (const node of this.network.nodes) {
      const rank = allowed[node.index] ? this.rank(node.index, wanted) : 0;
      if (rank > 0) found.push([rank, node]);
    }
    const degree = ({ index }: Node) => this.network.incident[index].length;
    found.sort(([m, a], [n, b]) => n - m || degree(b) - degree(a) || a.index - b.index);
    return found.slice(0, MOST).map(([, node]) => node);
  }

  private rank(index: number, wanted: string): number {
    const names = this.names[index];
    if (names.includes(wanted)) return 4;
    if (names.some((name) => name.startsWith(wanted))) return 3;
    if (names.some((name) => name.includes(wanted))) return 2;
    return this.facts[index].includes(wanted) ? 1 : 0;
  }
}
