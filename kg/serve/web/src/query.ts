/** The page of queries: the editor, its examples, asking, and the answer. */

import { button, data, make, save } from "./dom";
import { ask, file, Refusal, type Answer } from "./query/answer";
import { edit } from "./query/editor";
import { shelf } from "./query/examples";
import { letMark, told, type Mark } from "./query/wrong";
import { show as showElsewhere } from "./query/elsewhere";
import { Names, type Settings } from "./query/names";
import { panels, tabs } from "./query/panels";
import { say } from "./words";

const find = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;

const ROWS: readonly (readonly [string, string, string])[] = [
  ["CSV", "text/csv", "csv"],
  ["JSON", "application/sparql-results+json", "json"],
];
const TRIPLES: readonly (readonly [string, string, string])[] = [
  ["Turtle", "text/turtle", "ttl"],
  ["JSON-LD", "application/ld+json", "jsonld"],
];

class Page {
  private readonly settings = data<Settings>(find("settings"));
  private readonly names = new Names(this.settings);
  private readonly editor;
  private readonly mark: Mark;
  private asked = new AbortController();

  constructor(form: HTMLFormElement) {
    const field = find<HTMLTextAreaElement>("text");
    const shared = new URLSearchParams(location.hash.slice(1)).get("query");
    if (shared) field.value = shared;
    this.editor = edit(field, this.settings, () => void this.run());
    form.addEventListener("submit", (event) => (event.preventDefault(), void this.run()));
    this.mark = letMark(this.editor);
    shelf(find<HTMLDetailsElement>("examples"), (name) => this.choose(this.settings.examples[name]));
    find("stop").addEventListener("click", () => this.asked.abort());
    find("share").addEventListener("click", () => void this.share());
    const elsewhere = find<HTMLDetailsElement>("elsewhere");
    elsewhere.addEventListener("toggle", () => elsewhere.open && showElsewhere(elsewhere, this.text));
    if (shared) void this.run();
  }

  private get text(): string {
    return this.editor.getValue();
  }

  private choose(text: string): void {
    this.editor.setValue(text);
    if (location.search || location.hash) history.replaceState(null, "", location.pathname); // which named another query
    void this.run();
  }

  private async share(): Promise<void> {
    history.replaceState(null, "", `#${new URLSearchParams({ query: this.text })}`);
    await navigator.clipboard.writeText(location.href);
    this.tell(say("copied"));
  }

  private tell(text: string): void {
    find("said").textContent = text;
  }

  private async run(): Promise<void> {
    if (!this.text.trim()) return this.editor.focus();
    this.asked.abort();
    const asked = (this.asked = new AbortController());
    const began = performance.now();
    find("stop").hidden = false;
    find("wrong").hidden = true;
    this.mark(null);
    this.tell(say("busy"));
    const parts = await ask(this.text, asked.signal).then(
      (answer) => this.answered(answer, (performance.now() - began) / 1000),
      (error: unknown) => this.failed(error),
    );
    if (asked !== this.asked) return; // a newer question has been asked
    find("stop").hidden = true;
    find("result").replaceChildren(...parts);
    const elsewhere = find<HTMLDetailsElement>("elsewhere");
    if (elsewhere.open) showElsewhere(elsewhere, this.text);
  }

  private answered(answer: Answer, seconds: number): HTMLElement[] {
    const count = answer.kind === "truth" ? 1 : answer.rows.length;
    this.tell(say("seconds", { count, seconds: seconds.toFixed(2) }));
    if (answer.kind === "truth") return [make("p", { class: "truth" }, say(answer.value ? "yes" : "no"))];
    if (count === 0) return [make("p", { class: "empty" }, say("noAnswer"))];
    return [...tabs(panels(answer, this.names)), this.downloads(answer.kind === "triples" ? TRIPLES : ROWS)];
  }

  private failed(error: unknown): HTMLElement[] {
    this.tell("");
    if (error instanceof DOMException && error.name === "AbortError") return [make("p", { class: "empty", role: "status" }, say("stopped"))];
    if (!(error instanceof Refusal) && !(error instanceof TypeError)) throw error;
    const wrong = find("wrong");
    wrong.replaceChildren(...(error instanceof Refusal ? told(error, this.mark) : [make("p", {}, say("unreached"))]));
    wrong.hidden = false;
    wrong.scrollIntoView({ block: "nearest" });
    return [make("p", { class: "empty" }, say("noResult"))];
  }

  /** The whole answer as a file, in formats of the endpoint's. */
  private downloads(formats: typeof ROWS): HTMLElement {
    const query = this.text;
    const buttons = formats.map(([name, type, ending]) => button(name, () => void file(query, type).then((blob) => save(blob, `query.${ending}`))));
    return make("p", { class: "inline" }, make("span", { class: "note" }, say("download")), ...buttons);
  }
}

export function start([form]: Element[]): void {
  new Page(form as HTMLFormElement);
}
