/** The query as one sends it from a shell, from Python and from R. */

import { button, make } from "../dom";
import { say } from "../words";

const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A text as lines of string literals, put together by what stands between them. */
const lines = (text: string, between: string): string => text.split(/(?<=\n)/).map((line) => JSON.stringify(line)).join(between);

export function programs(query: string): readonly (readonly [string, string])[] {
  const endpoint = new URL("/sparql", location.href).href;
  const text = query.trim();
  const [address, csv] = [JSON.stringify(endpoint), '"text/csv"'];
  const curl = [`curl ${shell(endpoint)} \\`, "  -H 'Accept: text/csv' \\", `  --data-urlencode ${shell(`query=${text}`)}`];
  const python = [
    "import io",
    "",
    "import pandas as pd",
    "import requests",
    "",
    "query = (",
    `    ${lines(text, "\n    ")}`,
    ")",
    `answer = requests.post(${address}, data={"query": query}, headers={"Accept": ${csv}})`,
    "answer.raise_for_status()",
    "table = pd.read_csv(io.StringIO(answer.text))",
  ];
  const r = [
    "library(httr2)",
    "",
    "query <- paste0(",
    `  ${lines(text, ",\n  ")}`,
    ")",
    `answer <- request(${address}) |>`,
    "  req_body_form(query = query) |>",
    `  req_headers(Accept = ${csv}) |>`,
    "  req_perform()",
    "table <- read.csv(text = resp_body_string(answer))",
  ];
  return [["curl", curl.join("\n")], ["Python", python.join("\n")], ["R", r.join("\n")]];
}

/** Fills the box with the three, each with a button that copies it. */
export function show(box: HTMLElement, query: string): void {
  const parts = programs(query).flatMap(([name, text]) => {
    const copy = button(box.dataset.copy ?? "", () => void navigator.clipboard.writeText(text).then(() => (copy.textContent = say("copied"))), {
      "aria-label": `${box.dataset.copy} ${name}`,
    });
    return [make("h3", {}, name, copy), make("pre", { tabindex: 0, "aria-label": name }, make("code", {}, text))];
  });
  box.replaceChildren(box.querySelector("summary")!, ...parts);
}
