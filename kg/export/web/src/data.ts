/** The network that the page carries: read out of its script element, unpacked and made safe to show. */

export type Language = "zh" | "en";
export type Both = Record<Language, string>;

/** What the page says about itself. */
export interface About {
  readonly view: string;
  readonly title: Both;
  readonly reports: number;
  readonly years: readonly [number, number] | null;
  readonly newest: string | null;
  readonly selection: readonly { readonly by: string; readonly names: readonly string[] }[];
}

export interface Node {
  readonly index: number;
  readonly iri: string;
  /** Its page, where there is one beside its IRI. */
  readonly href?: string;
  readonly label: Both;
  readonly kinds: readonly string[];
  readonly levels: readonly string[];
  readonly areas: readonly string[];
  readonly years: readonly number[];
  readonly color: string | null;
  readonly size: number | null;
  /** Whatever else the view says of it: name of the attribute and value. */
  readonly facts: readonly (readonly [string, string])[];
}

export interface Edge {
  readonly index: number;
  readonly source: number;
  readonly target: number;
  readonly relation: string;
  readonly weight: number;
  readonly years: readonly number[];
}

export interface Network {
  readonly about: About;
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  /** The edges of each node. */
  readonly incident: readonly (readonly Edge[])[];
  /** What a kind, level, area or relation is called. */
  name(word: string, language: Language): string;
}

type Value = string | number | boolean | null;
type Column = Value[] | { of: Value[]; at: number[] };
type Table = Record<string, Column>;

interface Packed {
  about: About;
  words: Record<string, Both>;
  nodes: Table;
  edges: Table;
}

const SEVERAL = " | "; // between the values of an attribute that has several
const OWN = new Set(["iri", "href", "label", "label_en", "kind", "level", "area", "area_en", "years", "color", "size"]);
const COLOR = /^#[0-9a-f]{6}$/i;

// Control characters, and those that turn the direction of what follows: shown as what they are, not obeyed.
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Text from the store with its invisible commands replaced by a visible mark. */
export const plain = (text: string): string => text.replace(UNSEEN, "\ufffd");

/** The network in the script element `data`; large ones are gzipped there. */
export async function read(element: HTMLElement): Promise<Network> {
  const text = element.textContent ?? "";
  return unpack(JSON.parse(element.getAttribute("type") === "application/json" ? text : await inflated(text)) as Packed);
}

async function inflated(base64: string): Promise<string> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

function unpack(packed: Packed): Network {
  const nodes = rows(packed.nodes).map(node);
  const edges = rows(packed.edges).map(edge);
  const incident: Edge[][] = nodes.map(() => []);
  for (const edge of edges) {
    incident[edge.source].push(edge);
    if (edge.target !== edge.source) incident[edge.target].push(edge);
  }
  const words = new Map(Object.entries(packed.words));
  return { about: packed.about, nodes, edges, incident, name: (word, language) => plain(words.get(word)?.[language] ?? word) };
}

type Row = Record<string, Value>;

function rows(table: Table): Row[] {
  const columns = Object.entries(table).map(([name, column]) => [name, unpacked(column)] as const);
  return Array.from({ length: columns[0]?.[1].length ?? 0 }, (_, at) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[at]])),
  );
}

const unpacked = (column: Column): Value[] => (Array.isArray(column) ? column : column.at.map((at) => column.of[at]));

const text = (value: Value | undefined): string => (value === null || value === undefined ? "" : plain(String(value)));
const several = (value: Value | undefined): string[] => text(value).split(SEVERAL).filter(Boolean);
const years = (value: Value | undefined): number[] => (text(value).match(/\d{4}/g) ?? []).map(Number);
const number = (value: Value | undefined): number | null => (typeof value === "number" && value > 0 ? value : null);

function node(row: Row, index: number): Node {
  const color = text(row.color);
  const facts = Object.entries(row).filter(([name, value]) => !OWN.has(name) && value !== null);
  return {
    index,
    iri: text(row.iri),
    href: text(row.href) || undefined,
    label: { zh: text(row.label), en: text(row.label_en) || text(row.label) },
    kinds: several(row.kind),
    levels: several(row.level),
    areas: several(row.area),
    years: years(row.years),
    color: COLOR.test(color) ? color : null,
    size: number(row.size),
    facts: facts.map(([name, value]) => [plain(name), text(value)] as const),
  };
}

function edge(row: Row, index: number): Edge {
  return {
    index,
    source: Number(row.source),
    target: Number(row.target),
    relation: text(row.relation),
    weight: number(row.weight) ?? 1,
    years: years(row.years),
  };
}
