/** Tables that sort, filter, download and turn their pages; without the script they are plain whole tables. */

import { csv, type Column } from "./csv";
import { button, make, save } from "./dom";
import { language, say } from "./words";

const PAGE = 50; // rows
const LONG = 36; // characters of a cell that is a sentence
const FEW = 6; // rows up to which there is nothing to filter

type Key = string | number;

const ORDER = new Intl.Collator(language === "zh" ? "zh-Hans-u-co-pinyin" : "en", { numeric: true });

export function start(tables: Element[]): void {
  for (const table of tables) if (table instanceof HTMLTableElement && table.tBodies.length > 0) new Table(table);
}

/** What a cell is sorted by: its number where its column has numbers. */
function keyOf(cell: HTMLTableCellElement | undefined, type: string): Key {
  const shown = cell?.textContent?.trim() ?? "";
  if (type === "text") return shown;
  const said = cell?.dataset.value ?? shown.replaceAll(",", "");
  return said === "" ? NaN : Number.parseFloat(said);
}

function compare(a: Key, b: Key): number {
  if (typeof a === "string" || typeof b === "string") return ORDER.compare(String(a), String(b));
  return a - b;
}

const empty = (key: Key): boolean => (typeof key === "string" ? key === "" : Number.isNaN(key));

export class Table {
  private readonly body: HTMLTableSectionElement;
  private readonly rows: readonly HTMLTableRowElement[];
  private readonly heads: readonly HTMLTableCellElement[];
  private readonly texts: string[];
  private readonly count = make("output");
  private readonly pages = make("nav", { class: "pages", "aria-label": say("pages", { page: "", pages: "" }).trim() });
  private order: readonly number[];
  private wanted: readonly number[];
  private sorted = -1;
  private down = false;
  private page = 0;

  constructor(private readonly table: HTMLTableElement) {
    this.body = table.tBodies[0];
    this.rows = [...this.body.rows];
    this.heads = [...(table.tHead?.rows[0]?.cells ?? [])];
    this.texts = this.rows.map((row) => (row.textContent ?? "").toLowerCase());
    this.order = this.wanted = this.rows.map((_, at) => at);
    this.heads.forEach((head, at) => this.letSort(head, at));
    this.widen();
    this.frame();
    this.show();
    document.addEventListener("settled", () => this.showTarget());
    addEventListener("hashchange", () => this.showTarget());
    addEventListener("beforeprint", () => this.body.replaceChildren(...this.wanted.map((at) => this.rows[at])));
    addEventListener("afterprint", () => this.show());
  }

  /** The box to filter, the count and the download above the table, the pages beneath. */
  private frame(): void {
    const tools = make("div", { class: "tools" });
    if (this.rows.length > FEW) {
      const box = make("input", { type: "search", placeholder: say("filter"), "aria-label": say("filter"), autocomplete: "off" });
      box.addEventListener("input", () => this.filter(box.value));
      tools.append(box);
    }
    tools.append(this.count, button(say("csv"), () => this.download()));
    const around = this.table.closest(".wide") ?? this.table;
    around.before(tools);
    around.after(this.pages);
    if (around !== this.table) this.letScroll(around as HTMLElement);
  }

  /** What scrolls can be reached and scrolled with the keyboard; what fits is no stop on the way. */
  private letScroll(around: HTMLElement): void {
    const name = this.table.caption?.textContent?.trim() || this.table.dataset.name || say("table");
    const watch = new ResizeObserver(() => {
      const scrolls = around.scrollWidth > around.clientWidth + 1;
      const given = { tabindex: "0", role: "region", "aria-label": say("scrolls", { name }) };
      for (const [key, value] of Object.entries(given)) {
        if (scrolls) around.setAttribute(key, value);
        else around.removeAttribute(key);
      }
    });
    for (const one of [around, this.table]) watch.observe(one);
  }

  /** Sentences get room, or a narrow screen would set them one word to a line. */
  private widen(): void {
    for (const at of this.heads.keys()) {
      const cells = this.rows.map((row) => row.cells[at]).filter(Boolean);
      if (cells.some((cell) => (cell.textContent ?? "").trim().length > LONG)) for (const cell of cells) cell.classList.add("long");
    }
  }

  private letSort(head: HTMLTableCellElement, at: number): void {
    const label = head.textContent?.trim() ?? "";
    if (!head.dataset.type || !label) return;
    if (head.dataset.type === "number" || this.rows[0]?.cells[at]?.classList.contains("number")) head.classList.add("number");
    const sort = button("", () => this.sort(at), { title: say("ascending", { column: label }) });
    sort.append(...head.childNodes);
    head.replaceChildren(sort);
  }

  private sort(at: number): void {
    const type = this.heads[at].dataset.type!;
    this.down = this.sorted === at ? !this.down : type === "number"; // of numbers one wants the largest first
    this.sorted = at;
    const keys = this.rows.map((row) => keyOf(row.cells[at], type));
    const sign = this.down ? -1 : 1;
    this.order = this.rows
      .map((_, row) => row)
      .sort((a, b) => Number(empty(keys[a])) - Number(empty(keys[b])) || sign * compare(keys[a], keys[b]) || a - b);
    for (const [other, head] of this.heads.entries()) {
      if (other === at) head.setAttribute("aria-sort", this.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    this.page = 0;
    const kept = new Set(this.wanted);
    this.wanted = this.order.filter((row) => kept.has(row));
    this.show();
  }

  private filter(words: string): void {
    const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
    this.wanted = this.order.filter((row) => parts.every((part) => this.texts[row].includes(part)));
    this.page = 0;
    this.show();
  }

  private show(): void {
    const from = this.page * PAGE;
    const shown = this.wanted.slice(from, from + PAGE).map((at) => this.rows[at]);
    const none = make("tr", {}, make("td", { colspan: Math.max(1, this.heads.length), class: "note" }, say("noRows")));
    this.body.replaceChildren(...(shown.length > 0 || this.rows.length === 0 ? shown : [none]));
    const [kept, all] = [this.wanted.length, this.rows.length];
    this.count.textContent = kept === all ? say("all", { count: all }) : say("rows", { shown: kept, count: all });
    this.showPages();
  }

  private showPages(): void {
    const last = Math.ceil(this.wanted.length / PAGE) - 1;
    this.pages.hidden = last < 1;
    if (last < 1) return;
    const step = (word: "previous" | "next", by: number) => {
      const page = this.page + by;
      return button(say(word), () => this.turn(page), { disabled: page < 0 || page > last });
    };
    const where = make("output", {}, say("pages", { page: this.page + 1, pages: last + 1 }));
    this.pages.replaceChildren(step("previous", -1), where, step("next", 1));
  }

  private turn(page: number): void {
    const by = page > this.page ? -1 : 0;
    this.page = page;
    this.show();
    this.table.scrollIntoView({ block: "start" });
    const buttons = [...this.pages.querySelectorAll("button")];
    (buttons.at(by)?.disabled ? buttons.find((one) => !one.disabled) : buttons.at(by))?.focus({ preventScroll: true });
  }

  /** The page of the row that the address points at. */
  private showTarget(): void {
    const id = decodeURIComponent(location.hash.slice(1));
    const row = id ? this.rows.findIndex((one) => one.id === id || one.querySelector(`[id="${CSS.escape(id)}"]`)) : -1;
    const place = this.wanted.indexOf(row);
    if (row < 0 || place < 0) return;
    this.page = Math.floor(place / PAGE);
    this.show();
    this.rows[row].scrollIntoView({ block: "center" });
  }

  /** All rows that pass the filter, in their order, as a file that Excel opens. */
  private download(): void {
    const columns: Column[] = this.heads.map((head) => ({ name: head.textContent?.trim() ?? "", number: head.dataset.type === "number" }));
    const rows = this.wanted.map((at) =>
      [...this.rows[at].cells].map((cell) => ({ shown: (cell.textContent ?? "").replace(/\s+/g, " ").trim(), value: cell.dataset.value })),
    );
    save(csv(columns, rows), `${this.table.dataset.name ?? "table"}.csv`, "text/csv;charset=utf-8");
  }
}
