/** Asking the endpoint, and what it answers: rows, a truth value, or triples as rows of three. */

export interface Term {
  readonly type: "uri" | "literal" | "bnode";
  readonly value: string;
  readonly datatype?: string;
  readonly language?: string;
}

export interface Rows {
  readonly kind: "rows" | "triples";
  readonly names: readonly string[];
  readonly rows: readonly (readonly (Term | null)[])[];
}

export type Answer = Rows | { readonly kind: "truth"; readonly value: boolean };

/** The server's refusal, in its own words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    words: string,
  ) {
    super(words);
  }
}

const ENDPOINT = "/sparql";
const ROWS = "application/sparql-results+json";
const TRIPLES = "application/n-triples";

export async function ask(query: string, signal: AbortSignal): Promise<Answer> {
  const answer = await post(query, `${ROWS}, ${TRIPLES};q=0.9`, signal);
  const type = answer.headers.get("content-type") ?? "";
  return type.startsWith(ROWS) ? fromJson((await answer.json()) as Json) : fromTriples(await answer.text());
}

/** The answer as a file in a format of the endpoint's. */
export async function file(query: string, type: string): Promise<Blob> {
  return (await post(query, type)).blob();
}

async function post(query: string, accept: string, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch(ENDPOINT, { method: "POST", signal, body: new URLSearchParams({ query }), headers: { accept } });
  if (!answer.ok) throw new Refusal(answer.status, (await answer.text()).trim() || answer.statusText);
  return answer;
}

type Bound = { type: string; value: string; datatype?: string; "xml:lang"?: string };
interface Json {
  head: { vars?: string[] };
  boolean?: boolean;
  results?: { bindings: Record<string, Bound>[] };
}

function fromJson(json: Json): Answer {
  if (json.boolean !== undefined) return { kind: "truth", value: json.boolean };
  const names = json.head.vars ?? [];
  const rows = (json.results?.bindings ?? []).map((row) => names.map((name) => (row[name] ? term(row[name]) : null)));
  return { kind: "rows", names, rows };
}

const term = ({ type, value, datatype, "xml:lang": language }: Bound): Term => ({
  type: type === "uri" || type === "bnode" ? type : "literal",
  value,
  datatype,
  language,
});

const LINE = /^(<[^>]*>|_:\S+)\s+(<[^>]*>)\s+(.*?)\s*\.$/;
const LITERAL = /^"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?$/;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

function fromTriples(text: string): Rows {
  const rows = text.split("\n").flatMap((line) => {
    const found = LINE.exec(line.trim());
    return found ? [[parsed(found[1]), parsed(found[2]), parsed(found[3])]] : [];
  });
  return { kind: "triples", names: ["subject", "predicate", "object"], rows };
}

function parsed(written: string): Term {
  if (written.startsWith("<")) return { type: "uri", value: plain(written.slice(1, -1)) };
  const literal = LITERAL.exec(written);
  if (!literal) return { type: "bnode", value: written.slice(2) };
  return { type: "literal", value: plain(literal[1]), language: literal[2], datatype: literal[3] };
}

const plain = (escaped: string): string =>
  escaped.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, four?: string, eight?: string, one?: string) =>
    one !== undefined ? (ESCAPES[one] ?? one) : String.fromCodePoint(Number.parseInt(four ?? eight ?? "fffd", 16)),
  );
