/** A report's text: choosing a marked fact shows how it was read; the arrows on a fact lead to the next one. */

import { button, make } from "./dom";
import { say } from "./words";

export function start(articles: Element[]): void {
  const readings = document.querySelector(".reading")?.parentElement;
  if (readings) for (const article of articles) new Text(article as HTMLElement, readings);
}

class Text {
  private readonly marks: HTMLElement[];
  private chosen: HTMLElement | null = null;

  constructor(article: HTMLElement, private readonly readings: HTMLElement) {
    this.marks = [...article.querySelectorAll<HTMLElement>("mark[data-reading]")];
    readings.classList.add("readings", "live");
    readings.setAttribute("aria-live", "polite");
    const close = button("×", () => this.close(), { class: "close", "aria-label": say("close"), title: say("close") });
    readings.prepend(close, make("p", { class: "hint" }, say("readings")));
    for (const mark of this.marks) this.letChoose(mark);
    addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    addEventListener("hashchange", () => this.follow());
    for (const box of document.querySelectorAll<HTMLInputElement>(".legend input[value]")) {
      const toggle = () => article.classList.toggle(`without-${box.value}`, !box.checked);
      box.addEventListener("change", toggle);
      toggle();
    }
    document.addEventListener("settled", () => this.follow("instant")); // until then what is above still grows and shrinks
  }

  private letChoose(mark: HTMLElement): void {
    const own = mark.querySelector("a"); // without the script it leads to the reading
    if (!own) Object.assign(mark, { tabIndex: 0, role: "button" });
    mark.addEventListener("click", (event) => {
      if ((event.target as Element).closest("mark") !== mark) return;
      event.preventDefault();
      this.choose(mark);
    });
    mark.addEventListener("keydown", (event) => this.key(event, mark));
  }

  private key(event: KeyboardEvent, mark: HTMLElement): void {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (event.key in steps) {
      const next = this.marks[this.marks.indexOf(mark) + steps[event.key]];
      if (!next) return;
      event.preventDefault();
      (next.querySelector("a") ?? next).focus();
      this.choose(next);
    } else if ((event.key === "Enter" || event.key === " ") && event.target === mark) {
      event.preventDefault();
      this.choose(mark);
    }
  }

  private choose(mark: HTMLElement): void {
    this.forget();
    this.chosen = mark;
    mark.classList.add("chosen");
    document.getElementById(mark.dataset.reading!)?.classList.add("chosen");
    this.readings.classList.add("open");
    this.readings.scrollTop = 0;
    if (mark.id) history.replaceState(history.state, "", `#${encodeURIComponent(mark.id)}`);
  }

  private forget(): void {
    this.chosen?.classList.remove("chosen");
    for (const reading of this.readings.querySelectorAll(".reading.chosen")) reading.classList.remove("chosen");
  }

  private close(): void {
    this.forget();
    this.readings.classList.remove("open");
    if (this.readings.contains(document.activeElement)) (this.chosen?.querySelector("a") ?? this.chosen)?.focus();
    this.chosen = null;
  }

  /** The fact or reading that the address points at. */
  private follow(behavior: ScrollBehavior = "auto"): void {
    const id = decodeURIComponent(location.hash.slice(1));
    const mark = id ? this.marks.find((one) => one.id === id || one.dataset.reading === id) : undefined;
    if (!mark) return;
    this.choose(mark);
    mark.scrollIntoView({ block: "nearest", behavior }); // its margin keeps it off the edges, and above the sheet
  }
}
