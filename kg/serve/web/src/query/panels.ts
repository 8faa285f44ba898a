/** The answer as a table, a chart, a map and a graph: a tab for each that it can be. */

import { show as showChart } from "../chart";
import type { Row } from "../chart/model";
import { button, make } from "../dom";
import { show as showMap } from "../map";
import { Table } from "../table";
import { say } from "../words";
import type { Rows, Term } from "./answer";
import type { Names } from "./names";

const MOST = 10_000; // rows that a table shows; a download has them all
const NUMBERS = /#(integer|decimal|double|float|int|long|short|nonNegativeInteger|positiveInteger)$/;
const YEARS = /#gYear$/;
const POINT = /^(?:<[^>]*>\s*)?POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)/i;
const DRAWN = 2000; // edges that the small graph takes

export interface Panel {
  readonly name: string;
  readonly fill: (place: HTMLElement) => void;
}

export function panels(answer: Rows, names: Names): Panel[] {
  const found: Panel[] = [{ name: say("table"), fill: (place) => fillTable(place, answer, names) }];
  if (numbers(answer).length > 0 && answer.rows.length > 0) found.push({ name: say("chart"), fill: (place) => fillChart(place, answer, names) });
  if (points(answer, names).length > 0) found.push({ name: say("map"), fill: (place) => fillMap(place, answer, names) });
  const edges = edgesOf(answer);
  if (edges.length > 0) {
    const fill = (place: HTMLElement) => void import("./graph").then(({ drawGraph }) => drawGraph(place, edges.slice(0, DRAWN), names));
    found.push({ name: say("graph"), fill });
  }
  return found;
}

/** Tabs by the ARIA pattern: arrows move, a panel is filled when it is first opened. */
export function tabs(list: readonly Panel[]): HTMLElement[] {
  const bar = make("div", { role: "tablist" });
  const places = list.map(({ name }, at) => make("div", { role: "tabpanel", id: `panel-${at}`, "aria-labelledby": `tab-${at}`, "data-name": name, hidden: true }));
  const filled = new Set<number>();
  const open = (at: number) => {
    for (const [other, tab] of [...bar.children].entries()) {
      tab.setAttribute("aria-selected", String(other === at));
      (tab as HTMLElement).tabIndex = other === at ? 0 : -1;
      places[other].hidden = other !== at;
    }
    if (filled.has(at)) return;
    filled.add(at);
    list[at].fill(places[at]);
  };
  for (const [at, { name }] of list.entries()) bar.append(button(name, () => open(at), { role: "tab", id: `tab-${at}`, "aria-controls": `panel-${at}` }));
  bar.addEventListener("keydown", ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (!step) return;
    const at = (places.findIndex(({ hidden }) => !hidden) + step + list.length) % list.length;
    open(at);
    (bar.children[at] as HTMLElement).focus();
  });
  open(0);
  return [bar, ...places];
}

const column = (answer: Rows, test: (term: Term) => boolean): number[] =>
  answer.names.map((_, at) => at).filter((at) => {
    const terms = answer.rows.map((row) => row[at]).filter((term) => term !== null);
    return terms.length > 0 && terms.every(test);
  });

const isNumber = ({ datatype = "", value }: Term): boolean => NUMBERS.test(datatype) && Number.isFinite(Number(value));
const isYear = ({ datatype = "", value }: Term): boolean => YEARS.test(datatype) || (/^(19|20)\d\d$/.test(value) && !NUMBERS.test(datatype));
const numbers = (answer: Rows): number[] => column(answer, isNumber);

function fillTable(place: HTMLElement, answer: Rows, names: Names): void {
  const [ofNumbers, ofYears] = [new Set(numbers(answer)), new Set(column(answer, isYear))];
  const heads = answer.names.map((name, at) =>
    make("th", { scope: "col", "data-type": ofNumbers.has(at) ? "number" : ofYears.has(at) ? "year" : "text" }, name),
  );
  const body = make("tbody");
  const named = labels(answer);
  for (const row of answer.rows.slice(0, MOST)) body.append(make("tr", {}, ...row.map((term, at) => cell(term, ofNumbers.has(at), names, row[named[at]] ?? null))));
  const table = make("table", { class: "data", "data-name": "query" }, make("thead", {}, make("tr", {}, ...heads)), body);
  place.append(make("div", { class: "wide" }, table));
  if (answer.rows.length > MOST) place.append(make("p", { class: "note" }, say("cut", { shown: MOST, count: answer.rows.length })));
  new Table(table);
}

/** Of each column of IRIs the column that names its things: ?placeLabel or ?placeName of ?place, ?label of a single one. */
function labels(answer: Rows): readonly number[] {
  const things = column(answer, ({ type }) => type === "uri");
  const texts = column(answer, ({ type }) => type === "literal");
  return answer.names.map((name, at) => {
    if (!things.includes(at)) return -1;
    const own = [`${name}label`, `${name}name`, `${name}title`, ...(things.length === 1 ? ["label", "name", "title"] : [])];
    return texts.find((text) => own.includes(answer.names[text].replace("_", "").toLowerCase())) ?? -1;
  });
}

function cell(term: Term | null, number: boolean, names: Names, label: Term | null): HTMLTableCellElement {
  if (term === null) return make("td");
  if (number) return make("td", { class: "number", "data-value": term.value }, Number(term.value).toLocaleString());
  if (term.type !== "uri") return make("td", { lang: term.language }, make("bdi", {}, term.value));
  const address = names.address(term.value);
  const text = make("bdi", { lang: label?.language }, label?.value || names.name(term.value));
  const rel = names.ours(term.value) ? undefined : "noopener noreferrer external";
  return make("td", {}, address ? make("a", { href: address, title: term.value, rel }, text) : text);
}

function fillChart(place: HTMLElement, answer: Rows, names: Names): void {
  const [values, years] = [numbers(answer), column(answer, isYear)];
  const labels = answer.names.map((_, at) => at).filter((at) => !values.includes(at) || years.includes(at));
  const pick = (word: "across" | "height" | "series", options: readonly number[], first: number, none = false) => {
    const list = make("select");
    if (none) list.append(make("option", { value: -1 }, "—"));
    for (const at of options) list.append(make("option", { value: at }, answer.names[at]));
    list.value = String(first);
    list.addEventListener("change", redraw);
    return [make("label", {}, say(word), list), list] as const;
  };
  const texts = labels.filter((at) => !years.includes(at));
  const [across, x] = pick("across", labels.length > 0 ? labels : values, years[0] ?? texts[0] ?? values[0]);
  const [height, y] = pick("height", values, values.find((at) => !years.includes(at)) ?? values[0]);
  const [apart, series] = pick("series", texts, years.length > 0 ? (texts[0] ?? -1) : -1, true);
  const figure = make("div");
  place.append(make("div", { class: "choices" }, across, height, apart), figure);
  function redraw() {
    const type = years.includes(Number(x.value)) ? "lines" : "bars";
    const rows = answer.rows.flatMap((row): Row[] => {
      const [at, value, group] = [row[Number(x.value)], row[Number(y.value)], row[Number(series.value)]];
      if (!at || !value) return [];
      const name = at.type === "uri" ? names.name(at.value) : at.value;
      return [{ x: type === "lines" ? Number.parseInt(name, 10) : name, y: Number(value.value), series: group?.value, href: at.type === "uri" ? names.address(at.value) : "" }];
    });
    const drawn = make("figure", { class: "chart" }, make("figcaption", {}, `${answer.names[Number(y.value)]} / ${answer.names[Number(x.value)]}`));
    figure.replaceChildren(drawn);
    showChart(drawn, { type, rows });
  }
  redraw();
}

/** The points of an answer: WKT, or columns called lon and lat; with the first IRI and the first text of their row. */
function points(answer: Rows, names: Names) {
  const at = (pattern: RegExp) => answer.names.findIndex((name) => pattern.test(name));
  const [lon, lat] = [at(/^(lon|lng|long|longitude)$/i), at(/^(lat|latitude)$/i)];
  return answer.rows.flatMap((row) => {
    const wkt = row.map((term) => POINT.exec(term?.value ?? "")).find((found) => found !== null);
    const [x, y] = wkt ? [Number(wkt[1]), Number(wkt[2])] : [Number(row[lon]?.value ?? NaN), Number(row[lat]?.value ?? NaN)];
    if (!Number.isFinite(x) || !Number.isFinite(y)) return [];
    const iri = row.find((term) => term?.type === "uri");
    const label = row.find((term) => term?.type === "literal" && !isNumber(term) && !POINT.test(term.value));
    const value = row.find((term, column) => term && isNumber(term) && column !== lon && column !== lat);
    return [{ lon: x, lat: y, label: label?.value ?? (iri ? names.name(iri.value) : ""), href: iri ? names.address(iri.value) : "", value: value ? Number(value.value) : null }];
  });
}

function fillMap(place: HTMLElement, answer: Rows, names: Names): void {
  const figure = make("figure", { class: "map" }, make("figcaption", {}, say("map")));
  place.append(figure);
  showMap(figure, points(answer, names));
}

export type Edge = readonly [subject: string, object: string, relation: string];

/** Triples between things; of rows the first two columns of IRIs. */
function edgesOf(answer: Rows): Edge[] {
  const [from, to] = answer.kind === "triples" ? [0, 2] : column(answer, ({ type }) => type === "uri");
  if (to === undefined) return [];
  return answer.rows.flatMap((row): Edge[] => {
    const [subject, object] = [row[from], row[to]];
    if (subject?.type !== "uri" || object?.type !== "uri" || subject.value === object.value) return [];
    return [[subject.value, object.value, answer.kind === "triples" ? (row[1]?.value ?? "") : ""]];
  });
}
