/** What the reader has chosen. One value, replaced whole at each change; whoever draws something listens. */

import type { Language } from "./data";

export type Facet = "kinds" | "levels" | "areas";
export const FACETS: readonly Facet[] = ["kinds", "levels", "areas"];
export type Coloring = Facet | "given";
export type Arrangement = "force" | "columns";

export interface State {
  readonly language: Language;
  readonly dark: boolean;
  readonly selected: number | null;
  readonly hovered: number | null;
  /** Values that are filtered out. */
  readonly without: Readonly<Record<Facet, ReadonlySet<string>>>;
  readonly from: number;
  readonly to: number;
  readonly degree: number;
  readonly coloring: Coloring;
  readonly arrangement: Arrangement;
}

export type Listener = (now: State, before: State) => void;

export class Choices {
  private readonly listeners: Listener[] = [];

  constructor(private state: State) {}

  get now(): State {
    return this.state;
  }

  change(changed: Partial<State>): void {
    const before = this.state;
    this.state = { ...before, ...changed };
    for (const listener of this.listeners) listener(this.state, before);
  }

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }
}
