/** The shown part of a network as GEXF 1.3, as Gephi opens it: kinds, years and weights, places and colours as drawn. */

import type { Network } from "./data";
import type { Shown } from "./filter";
import type { Look } from "./look";
import type { View } from "./view";

export function gexf(view: View, network: Network, shown: Shown, look: Look): Blob {
  const nodes = network.nodes.filter(({ index }) => shown.nodes[index]).map((node) => {
    const { x, y, size } = view.at(node.index);
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(look.colors[node.index].slice(at, at + 2), 16));
    const values = [node.label.en, node.kinds.join(" | "), node.levels.join(" | "), node.areas.join(" | ")];
    const said = values.map((value, at) => `<attvalue for="${at}" value="${escaped(value)}"/>`).join("");
    return (
      `<node id="${escaped(node.iri)}" label="${escaped(node.label.zh)}"><attvalues>${said}</attvalues>` +
      `<viz:color r="${red}" g="${green}" b="${blue}"/><viz:position x="${x.toFixed(1)}" y="${(-y).toFixed(1)}" z="0"/><viz:size value="${size.toFixed(1)}"/></node>`
    );
  });
  const edges = network.edges.filter(({ index }) => shown.edges[index]).map(({ index, source, target, relation, weight, years }) => {
    const ends = `source="${escaped(network.nodes[source].iri)}" target="${escaped(network.nodes[target].iri)}"`;
    const said = `<attvalues><attvalue for="0" value="${years.join(" ")}"/></attvalues>`;
    return `<edge id="${index}" ${ends} label="${escaped(relation)}" weight="${weight}">${said}</edge>`;
  });
  const columns = (names: string[]) => names.map((name, at) => `<attribute id="${at}" title="${name}" type="string"/>`).join("");
  const parts = [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3"><graph defaultedgetype="directed">`,
    `<attributes class="node">${columns(["label_en", "kind", "level", "area"])}</attributes>`,
    `<attributes class="edge">${columns(["years"])}</attributes>`,
    `<nodes>${nodes.join("\n")}</nodes>`,
    `<edges>${edges.join("\n")}</edges>`,
    "</graph></gexf>",
  ];
  return new Blob([parts.join("\n")], { type: "application/xml" });
}

// What XML cannot hold at all is left out.
const UNHELD = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const escaped = (text: string): string =>
  text.replace(UNHELD, "").replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
