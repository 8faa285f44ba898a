/** Making elements: text is only ever set as text, so nothing in it can become markup. */

import { chinese } from "./words";

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string;

const CHINESE = /^[^A-Za-z]*[\u3400-\u9fff][^A-Za-z]*$/; // and nothing of another language
const SVG = "http://www.w3.org/2000/svg";

/** A new element; attributes that are undefined or false are left out. */
export function make<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  return filled(document.createElement(name), attributes, children);
}

/** The same for the elements of pictures. */
export function draw<K extends keyof SVGElementTagNameMap>(name: K, attributes: Attributes = {}, ...children: Child[]): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : String(value));
  }
  if (!chinese && attributes.lang === undefined && children.some((child) => typeof child === "string" && CHINESE.test(child))) element.setAttribute("lang", "zh-Hans");
  element.append(...children);
  return element;
}

export function button(label: Child, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = make("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", act);
  return made;
}

/** The address of a link; "" for what is none of the web's, such as javascript:. */
export function safe(address: string | undefined): string {
  if (!address) return "";
  const { protocol } = new URL(address, location.href);
  return protocol === "https:" || protocol === "http:" ? address : "";
}

/** The data that the server put into a script element. */
export const data = <T>(element: Element): T => JSON.parse(element.textContent ?? "null") as T;

/** Hand a file to the reader. */
export function save(content: string | Blob, name: string, type = "text/plain"): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
