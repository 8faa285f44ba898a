/** The page of the network: its data as kg/export/web wants them, and then that page's own script. */

import { data, make } from "./dom";
import { language } from "./words";

type Node = readonly [iri: string, href: string, label: string, english: string, kind: string, level: string, area: string, areaEnglish: string];
type Edge = readonly [source: number, target: number, relation: string, weight: string, years: string];
interface Served {
  readonly about: object;
  readonly words: Record<string, { zh: string; en: string }>;
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

export async function start([place]: Element[]): Promise<void> {
  const served = data<Served>(document.getElementById("network-data")!);
  const [nodes, edges] = [served.nodes, served.edges];
  const words = { ...served.words };
  for (const [, , , , , , area, english] of nodes) if (area) words[area] = { zh: area, en: english || area };
  const packed = {
    about: served.about,
    words,
    nodes: table(["iri", "href", "label", "label_en", "kind", "level", "area"], nodes.map((row) => row.slice(0, 7))),
    edges: table(["source", "target", "relation", "weight", "years"], edges.map(([source, target, relation, weight, years]) => [source, target, relation, Number(weight), years])),
  };
  const script = make("script", { type: "application/json", id: "data" }, JSON.stringify(packed));
  const chosen = new URLSearchParams(location.hash.slice(1));
  chosen.set("lang", language);
  history.replaceState(history.state, "", `#${chosen}`);
  place.append(script);
  (place as HTMLElement).hidden = false;
  await import("../../../export/web/src/main");
}

/** Rows as columns; an empty value is none. */
function table(names: readonly string[], rows: readonly (readonly (string | number)[])[]): Record<string, (string | number | null)[]> {
  return Object.fromEntries(names.map((name, at) => [name, rows.map((row) => (row[at] === "" ? null : row[at]))]));
}
