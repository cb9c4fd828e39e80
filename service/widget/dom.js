// Building the page out of text nodes only: nothing in the widget parses a string as HTML.

/**
 * An element with attributes, listeners and children.
 *
 * Attributes that are false or null are left out; `onclick` and the like take a function and become listeners.
 * Children are nodes or strings, and a string is only ever text.
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** `value` as an http(s) address, or null: no other scheme ever becomes a link. */
export function safeUrl(value, base) {
  try {
    const url = new URL(value, base);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

const ICONS = {
  send: "M12 19V5M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
  clear: "M4 7h16M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7V4h6v3",
  save: "M12 4v11M7 10l5 5 5-5M5 20h14",
  open: "M14 5h5v5M19 5l-8 8M18 14v5H5V6h5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  retry: "M20 12a8 8 0 1 1-2.3-5.6M20 4v4h-4",
  up: "M7 11v9H4v-9zM7 11l4-7c2 0 3 1 2.600 3L13 10h5.500c1 0 1.800 1 1.500 2l-1.700 6.500c-.2.900-1 1.500-1.900 1.500H7",
  down: "M17 13V4h3v9zM17 13l-4 7c-2 0-3-1-2.600-3l.6-3H5.500c-1 0-1.800-1-1.500-2l1.700-6.500C5.900 4.600 6.700 4 7.600 4H17",
  close: "M7 7l10 10M17 7L7 17",
  add: "M12 6v12M6 12h12",
};

/** A line icon, hidden from assistive technology: the control that holds it has a name of its own. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Pieces of `text` cut at `ranges`: the server counts characters, JavaScript counts UTF-16 units. */
export function cut(text, ranges) {
  const characters = Array.from(text);
  const pieces = [];
  let at = 0;
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const from = Math.max(at, start);
    const to = Math.min(end, characters.length);
    if (to <= from) continue;
    if (from > at) pieces.push({ text: characters.slice(at, from).join(""), marked: false, at });
    pieces.push({ text: characters.slice(from, to).join(""), marked: true, at: from });
    at = to;
  }
  if (at < characters.length) pieces.push({ text: characters.slice(at).join(""), marked: false, at });
  return pieces;
}

/** Puts `text` on the clipboard; also where the page is not served over https. */
export async function copyText(text, near) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return;
    } catch {
      // Refused, for instance inside a frame without permission: the older way is tried.
    }
  }
  const focused = near.activeElement;
  const field = h("textarea", { readonly: true, "aria-hidden": "true", class: "aside" });
  field.value = text;
  near.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus();
  if (!done) throw new Error("clipboard");
}
