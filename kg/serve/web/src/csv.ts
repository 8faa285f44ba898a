/** Tables as CSV for spreadsheets: UTF-8 with its mark, numbers as numbers, and no text that would be run as a formula. */

import { say } from "./words";

export interface Column {
  readonly name: string;
  readonly number: boolean;
}
export interface Cell {
  readonly shown: string;
  readonly value?: string;
}

const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** What a column of numbers shows beside them (its unit) goes into a column of its own. */
export function csv(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const dressed = columns.map(({ number }, at) => number && rows.some((row) => row[at]?.value !== undefined && bare(row[at].shown) !== row[at].value));
  const head = columns.flatMap(({ name }, at) => (dressed[at] ? [name, say("asShown", { column: name })] : [name]));
  const lines = rows.map((row) =>
    columns.flatMap(({ number }, at) => {
      const { shown = "", value } = row[at] ?? {};
      const plain = number ? (value ?? bare(shown)) : shown;
      return dressed[at] ? [plain, shown] : [plain];
    }),
  );
  return `\ufeff${[head, ...lines].map((line) => line.map(field).join(",")).join("\r\n")}\r\n`;
}

const bare = (shown: string): string => shown.replaceAll(",", "");

function field(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
