/** What went wrong: a sentence in the page's language, the engine's own words, and the place in the editor. */

import type { Yasqe } from "@zazuko/yasqe";
import { make } from "../dom";
import { say, type Word } from "../words";
import type { Refusal } from "./answer";

const PLACE = /^line (\d+), column (\d+): /; // as the engine says it, both counted from one
const SAID: Readonly<Record<number, Word>> = { 400: "wrongQuery", 413: "wrongLong", 422: "wrongMuch", 503: "wrongTime" };

/** Marks a place of the text, counted from one; null marks none. */
export type Mark = (place: { line: number; column: number } | null) => void;

export function letMark(editor: Yasqe): Mark {
  let clear = () => {};
  editor.on("change", () => clear());
  return (place) => {
    clear();
    clear = () => {};
    if (!place || place.line > editor.lineCount()) return;
    const line = place.line - 1;
    const before = editor.getLine(line).slice(0, place.column - 1).trimEnd(); // the engine names the place behind a word
    const from = before.search(/\S+$/);
    const [start, end] = from < 0 ? [0, 1] : [from, before.length];
    const mark = editor.markText({ line, ch: start }, { line, ch: end }, { className: "wrong-here" });
    const row = editor.addLineClass(line, "background", "wrong-line");
    editor.scrollIntoView({ line, ch: start }, 40);
    clear = () => (mark.clear(), void editor.removeLineClass(row, "background", "wrong-line"));
  };
}

/** What is shown of a refusal; its place is marked. */
export function told({ status, message }: Refusal, mark: Mark): HTMLElement[] {
  const found = PLACE.exec(message);
  const [line, column] = found ? [Number(found[1]), Number(found[2])] : [0, 0];
  if (found) mark({ line, column });
  const sentence = found ? say("wrongAt", { line, column }) : say(SAID[status] ?? "wrongOther");
  return [make("p", {}, sentence), make("p", {}, `${say("engine")} `, make("code", { lang: "en" }, message.replace(PLACE, "")))];
}
