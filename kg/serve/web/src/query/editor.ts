/** The editor: Yasqe of YASGUI, completing from our ontology; it asks no one else. */

import { Yasqe } from "@zazuko/yasqe";
import type { Settings } from "./names";

/** Puts the editor in place of a text field, which goes on holding what is written. */
export function edit(field: HTMLTextAreaElement, settings: Settings, run: () => void): Yasqe {
  const labels = new Map(settings.terms.map(([iri, , label]) => [iri, label]));
  Object.assign(Yasqe.defaults, { autocompleters: [], createShareableLink: null }); // its own completers ask others on the web
  complete("prefixes", () => Object.entries(settings.prefixes).map(([prefix, space]) => `${prefix}: <${space}>`));
  for (const kind of ["class", "property"] as const) {
    const terms = settings.terms.filter(([, one]) => one === kind).map(([iri]) => iri);
    complete(kind, () => terms, (hint) => labelled(hint, settings, labels));
  }
  const place = document.createElement("div");
  field.before(place);
  field.parentElement!.classList.add("edited");
  const editor = new Yasqe(place, {
    autocompleters: ["our-prefixes", "our-class", "our-property", "variables"],
    consumeShareLink: null,
    persistenceId: null,
    editorHeight: "min(26rem, 60vh)",
    resizeable: false,
    showQueryButton: false,
    extraKeys: {
      "Ctrl-Enter": run,
      "Cmd-Enter": run,
      "Ctrl-Space": (self: unknown) => (self as Yasqe).autocomplete(),
      "Ctrl-/": (self: unknown) => (self as Yasqe).commentLines(),
      Esc: () => (document.activeElement as HTMLElement | null)?.blur(),
    } as never,
  });
  const name = field.labels?.[0]?.textContent ?? "SPARQL";
  editor.getInputField().setAttribute("aria-label", name);
  const scrolled = place.querySelector(".CodeMirror-scroll")!; // so that keys alone can scroll it
  for (const [key, value] of Object.entries({ tabindex: "0", role: "group", "aria-label": name })) scrolled.setAttribute(key, value);
  editor.setValue(field.value);
  editor.on("change", () => void (field.value = editor.getValue()));
  return editor;
}

type Hint = { text: string; displayText?: string };

function complete(kind: "prefixes" | "class" | "property", get: () => string[], shown?: (hint: Hint) => void): void {
  const own = { name: `our-${kind}`, bulk: true, autoShow: true, persistenceId: null, get };
  const postprocessHints = (_: unknown, hints: Hint[]) => (hints.forEach((hint) => shown?.(hint)), hints);
  Yasqe.forkAutocompleter(kind, shown ? { ...own, postprocessHints } : own, false);
}

/** tkg:implements with its label behind it. */
function labelled(hint: Hint, { prefixes }: Settings, labels: ReadonlyMap<string, string>): void {
  const [prefix, local] = hint.text.split(":", 2);
  const label = labels.get(prefix in prefixes ? prefixes[prefix] + local : hint.text.slice(1, -1));
  if (label) hint.displayText = `${hint.text}  ${label}`;
}
