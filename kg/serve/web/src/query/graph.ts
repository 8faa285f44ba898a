/** A small answer as a network: what is chosen shows its neighbours and where it leads. */

import type { Edge as NetworkEdge, Network, Node } from "../../../../export/web/src/data";
import { shown } from "../../../../export/web/src/filter";
import { force } from "../../../../export/web/src/layout";
import { look, sizesOf, widthsOf } from "../../../../export/web/src/look";
import { Choices } from "../../../../export/web/src/state";
import { View, paperOf } from "../../../../export/web/src/view";
import { make } from "../dom";
import { language } from "../words";
import type { Names } from "./names";
import type { Edge } from "./panels";

export function drawGraph(place: HTMLElement, edges: readonly Edge[], names: Names): void {
  const network = networkOf(edges, names);
  const canvas = make("div", { class: "sigma", tabindex: 0, role: "application", "aria-label": place.dataset.name ?? "" });
  const said = make("p", { class: "note", role: "status" });
  place.append(canvas, said);
  const none = new Set<string>();
  const without = { kinds: none, levels: none, areas: none };
  const choices = new Choices({ language, dark: false, selected: null, hovered: null, without, from: 0, to: 0, degree: 0, coloring: "kinds", arrangement: "force" });
  const sizes = sizesOf(network, 1);
  const parts = { points: force(network, sizes, widthsOf(network, language)).points, sizes, look: look(network, "kinds"), shown: shown(network, choices.now, null), paper: paperOf(canvas) };
  const view = new View(canvas, network, choices, parts);
  choices.listen(({ selected }) => {
    view.redraw({});
    if (selected === null) return said.replaceChildren();
    const { iri } = network.nodes[selected];
    const address = names.address(iri);
    said.replaceChildren(address ? make("a", { href: address }, names.name(iri)) : names.name(iri));
  });
}

function networkOf(edges: readonly Edge[], names: Names): Network {
  const at = new Map<string, number>();
  for (const [from, to] of edges) for (const iri of [from, to]) if (!at.has(iri)) at.set(iri, at.size);
  const nodes = [...at].map(([iri, index]): Node => {
    const label = names.name(iri);
    const kind = names.short(iri).split(/[/:]/)[0];
    return { index, iri, label: { zh: label, en: label }, kinds: [kind], levels: [], areas: [], years: [], color: null, size: null, facts: [] };
  });
  const linked = edges.map(([from, to, relation], index): NetworkEdge => ({ index, source: at.get(from)!, target: at.get(to)!, relation, weight: 1, years: [] }));
  const incident = nodes.map(() => [] as NetworkEdge[]);
  for (const edge of linked) incident[edge.source].push(edge), incident[edge.target].push(edge);
  const about = { view: "query", title: { zh: "", en: "" }, reports: 0, years: null, newest: null, selection: [] };
  return { about, nodes, edges: linked, incident, name: (word) => word };
}
