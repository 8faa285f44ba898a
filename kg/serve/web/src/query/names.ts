/** IRIs as people read them, and the explorer's own address of each. */

import { safe } from "../dom";

export interface Settings {
  readonly prefixes: Readonly<Record<string, string>>;
  readonly bases: readonly string[];
  /** IRI, class or property, label. */
  readonly terms: readonly (readonly [string, string, string])[];
  readonly examples: Readonly<Record<string, string>>;
}

export class Names {
  private readonly spaces: readonly (readonly [string, string])[];

  constructor(private readonly settings: Settings) {
    this.spaces = Object.entries(settings.prefixes).map(([prefix, space]) => [space, prefix] as const);
  }

  /** schema:name; /programme/厕所革命 of our own; else the IRI itself. */
  short(iri: string): string {
    const space = this.spaces.find(([start]) => iri.startsWith(start) && /^[\w-]+$/.test(iri.slice(start.length)));
    if (space) return `${space[1]}:${iri.slice(space[0].length)}`;
    const base = this.settings.bases.find((start) => iri.startsWith(start));
    return base === undefined ? iri : readable(iri.slice(base.length));
  }

  /** What one calls a thing of which there is no label: the last part of an IRI of ours, schema:name of others. */
  name(iri: string): string {
    const short = this.short(iri);
    return this.ours(iri) ? (short.split("/").filter(Boolean).at(-1) ?? short) : short;
  }

  /** Whether the explorer has a page for it. */
  ours(iri: string): boolean {
    return this.settings.bases.some((start) => iri.startsWith(start));
  }

  /** Where the explorer or the web shows it; "" where neither does. */
  address(iri: string): string {
    const base = this.settings.bases.find((start) => iri.startsWith(start));
    return base === undefined ? (/^https?:/.test(iri) ? safe(iri) : "") : `/${iri.slice(base.length)}`;
  }
}

const readable = (path: string): string => (/%[0-9A-F]{2}/i.test(path) && decodable(path) ? decodeURIComponent(path) : path);
const decodable = (path: string): boolean => !/%(?![0-9A-Fa-f]{2})/.test(path) && !/%(C[01]|F[5-9A-F])/i.test(path);
