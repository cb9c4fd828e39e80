// A citation as a card: where it stands, what it says, who is in charge, which figures it sets.
import { nationalReference, pathLabel, plainReference, readerUrl } from "./citation.js";
import { copyText, cut, h, icon, safeUrl } from "./dom.js";

const LONG_QUOTE = 220;
const BEFORE = 48;
const AFTER = 110;

/** The quote with its highlights; a long one opens at the answering words, the rest a click away. */
function quoteBlock(citation, strings, language) {
  const pieces = cut(citation.quote, citation.highlights || []);
  const length = Array.from(citation.quote).length;
  const marked = pieces.filter((piece) => piece.marked);
  const first = marked.length ? marked[0].at : 0;
  const from = first > BEFORE + 24 ? first - BEFORE : 0;
  const end = marked.length ? Math.max(from + LONG_QUOTE, first + Array.from(marked[0].text).length + AFTER) : LONG_QUOTE;
  const block = h("blockquote", { part: "quote", lang: language });
  if (length <= LONG_QUOTE + 60) {
    block.append(...pieces.map(({ text, marked: on }) => (on ? h("mark", { part: "mark" }, text) : text)));
    return [block];
  }
  const edges = [[0, from], [from, Math.min(end, length)], [Math.min(end, length), length]];
  const parts = edges.map(([start, stop]) => {
    const span = h("span");
    for (const piece of pieces) {
      const characters = Array.from(piece.text);
      const text = characters.slice(Math.max(0, start - piece.at), Math.max(0, stop - piece.at)).join("");
      if (text) span.append(piece.marked ? h("mark", { part: "mark" }, text) : text);
    }
    return span;
  });
  const dots = [from > 0 ? h("span", {}, "…") : null, end < length ? h("span", {}, "…") : null];
  block.append(...[dots[0], ...parts, dots[1]].filter(Boolean));
  const toggle = h("button", { type: "button", class: "quiet", "aria-expanded": "false" }, strings.whole);
  const fold = (open) => {
    parts[0].hidden = parts[2].hidden = !open;
    for (const dot of dots) if (dot) dot.hidden = open;
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = open ? strings.folded : strings.whole;
  };
  toggle.addEventListener("click", () => fold(toggle.getAttribute("aria-expanded") !== "true"));
  fold(false);
  return [block, toggle];
}

/** Bodies in charge, as chips under the name of their role. */
export function bodyChips({ lead = [], support = [], shared = [] }, strings) {
  const rows = [["lead", lead], ["shared", shared], ["support", support]].filter(([, bodies]) => bodies.length);
  if (!rows.length) return null;
  return h(
    "dl",
    { class: "bodies" },
    rows.map(([role, bodies]) =>
      h(
        "div",
        { class: role },
        h("dt", {}, strings[role]),
        bodies.map((body) => h("dd", { part: `chip chip-${role}`, lang: "zh" }, body)),
      ),
    ),
  );
}

function targetTable(targets, strings) {
  if (!targets.length) return null;
  const dated = targets.some((target) => target.deadline || target.deadline_text);
  const value = (target) => `${target.comparator || ""} ${target.value}${target.upper_value ? `–${target.upper_value}` : ""}${target.unit || ""}`;
  return h(
    "table",
    { class: "targets", part: "targets" },
    h("caption", { class: "aside" }, strings.targets),
    h("thead", {}, h("tr", {}, [strings.indicator, strings.value, dated && strings.deadline].filter(Boolean).map((name) => h("th", { scope: "col" }, name)))),
    h(
      "tbody",
      { lang: "zh" },
      targets.map((target) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, target.indicator || target.text),
          h("td", {}, value(target).trim()),
          dated ? h("td", {}, target.deadline_text || target.deadline || "") : null,
        ),
      ),
    ),
  );
}

function mergeBodies(entries) {
  const union = (role) => [...new Set(entries.flatMap((entry) => entry[role] || []))];
  return { lead: union("lead"), support: union("support"), shared: union("shared") };
}

/**
 * A card for one citation.
 *
 * @param {object} citation As the server gives it.
 * @param {object|null} clause The cited clause with its facts; null where it could not be had.
 * @param {object[]} statements The answer's statements; those that cite it name its bodies.
 * @param {object} context `strings`, `client`, `root`, `announce(text)` and `cited(citation)`.
 */
export function citationCard(citation, clause, statements, { strings, client, root, announce, cited }) {
  const { title, number, issuer, issued_on: issuedOn, region, script } = citation.document;
  const language = script ? `zh-${script}` : "zh";
  const url = readerUrl(client.base, citation);
  const href = safeUrl(url);
  const opened = () => cited(citation);
  const name = title || citation.document_id;
  const meta = [number, issuer, issuedOn].filter(Boolean);
  const copy = (reference) => async () => {
    try {
      await copyText(reference(), root);
      announce(strings.copied);
    } catch {
      announce(strings.notCopied);
    }
  };
  const today = () => new Date().toISOString().slice(0, 10);
  const bodies = mergeBodies(statements.filter((statement) => statement.citations.includes(citation.n)));
  const all = mergeBodies([bodies, ...(clause?.responsibilities || [])]);
  const facts = [bodyChips(all, strings), targetTable(clause?.targets || [], strings)].filter(Boolean);
  return h(
    "li",
    { class: "card", part: "citation", tabindex: "-1", "aria-label": `${strings.source(citation.n)} ${name}` },
    h(
      "div",
      { class: "card-head" },
      h("span", { class: "n", "aria-hidden": "true" }, String(citation.n)),
      h("div", {},
        h("a", { class: "title", href, target: "_blank", rel: "noopener", onclick: opened, lang: language }, name),
        h("p", { class: "meta", lang: language }, region ? h("span", { class: "region" }, region) : null, meta.map((part) => h("span", {}, part))),
      ),
    ),
    h("p", { class: "path", lang: language }, pathLabel(citation, strings)),
    quoteBlock(citation, strings, language),
    h("div", { class: "facts" }, facts),
    h("div", { class: "actions" },
      h("a", { class: "button", part: "open", href, target: "_blank", rel: "noopener", onclick: opened }, icon("open"), strings.open),
      h("button", { type: "button", "aria-label": strings.copyPlain, onclick: copy(() => plainReference(citation, url, strings)) }, icon("copy"), strings.copy),
      h("button", { type: "button", "aria-label": strings.copyNational, onclick: copy(() => nationalReference(citation, url, today())) }, "GB/T 7714"),
    ),
  );
}

/** Near clauses that do not support the answer, as links into the reader, with what the server says about them. */
export async function relatedItems(related, { strings, client, cited }) {
  const [documents, ...clauses] = await Promise.all(
    [client.documents(), ...related.map((entry) => client.clause(entry.clause_id))].map((asked) => asked.catch(() => null)),
  );
  return related.map(({ clause_id: id }, index) => {
    const clause = clauses[index];
    const cutAt = id.indexOf("/");
    const place = clause || { document_id: id.slice(0, cutAt), path: id.slice(cutAt + 1).split("/") };
    const title = documents?.find((document) => document.document_id === place.document_id)?.title;
    return h(
      "li",
      { lang: "zh" },
      h("a", { href: safeUrl(readerUrl(client.base, { ...place, span: null })), target: "_blank", rel: "noopener", onclick: () => cited({ clause_id: id, ...place }) }, pathLabel(place, strings)),
      h("span", { class: "meta" }, title || place.document_id),
    );
  });
}
