/** Making elements: text is only ever set as text, so nothing in it can become markup. */

type Attributes = Record<string, string | number | boolean | undefined>;
type Child = Node | string;

const CHINESE = /[\u3400-\u9fff]/;

/** A new element; attributes that are undefined or false are left out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  if (tag === "bdi" && CHINESE.test(element.textContent ?? "")) element.lang = "zh-Hans"; // a name, in whatever page
  return element;
}

/** The element of the page with this id. */
export function find<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** A button that does something. */
export function button(label: Child, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = make("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", act);
  return element;
}

/** A small disc of a colour; the colour is set where no markup is read. */
export function disc(color: string): HTMLElement {
  const element = make("span", { class: "disc", "aria-hidden": "true" });
  element.style.backgroundColor = color;
  return element;
}

/** A link to an http(s) address, or to `page` of the same site instead; else just its text. */
export function link(address: string, page?: string): HTMLElement {
  if (page?.startsWith("/")) return make("a", { href: page }, address);
  return /^https?:\/\/[^\s\ufffd]+$/i.test(address)
    ? make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address)
    : make("span", {}, address);
}
