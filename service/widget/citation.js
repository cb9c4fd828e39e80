// What a citation says in words: its address in the reader, its printed forms, and the conversation as Markdown.

/** The reader's address for a citation or a clause, with the answering words in the query so that it works without script. */
export function readerUrl(base, { document_id: documentId, path, highlights = [], span, field }) {
  const url = new URL(`documents/${encodeURIComponent(documentId)}`, base);
  const place = path.join("/");
  if (field && span) {
    // A line of metadata stands in the text, often inside noise; the page shows it at the mark.
    url.searchParams.set("hl", span.join("-"));
    return `${url.href}#hl`;
  }
  if (highlights.length) {
    url.searchParams.set("at", place);
    url.searchParams.set("hl", highlights.map((range) => range.join("-")).join(","));
  }
  return `${url.href}#${path.map(encodeURIComponent).join("/")}`;
}

/** The headings above and at a clause on one line, or its path where it prints none. */
export function pathLabel({ path, labels = [] }, strings) {
  if (path[0] === "#meta") return strings.intents.document_metadata;
  const printed = labels.map((label) => label.trim().replace(/[。.：:；;]$/, "")).filter(Boolean);
  return printed.length ? printed.join(" › ") : path.join(" › ");
}

/** A reference after GB/T 7714—2015: electronic document, clause path in the place of the page. */
export function nationalReference(citation, url, today) {
  const { title, number, issuer, issued_on: issuedOn } = citation.document;
  const head = [issuer, `${title || citation.document_id}${number ? `: ${number}` : ""}[EB/OL]`].filter(Boolean).join(". ");
  const place = citation.path[0] === "#meta" ? "" : `: ${citation.path.join("/")}`;
  return `${head}. ${issuedOn ? `(${issuedOn})` : ""}${place}[${today}]. ${url}.`.replace(". : ", ": ");
}

/** A reference in plain words, with the quoted clause. */
export function plainReference(citation, url, strings) {
  const { title, number, issuer, issued_on: issuedOn } = citation.document;
  const about = [number, issuer, issuedOn].filter(Boolean).join(strings.join);
  const name = strings.titled(title || citation.document_id) + (about ? strings.brackets(about) : "");
  return `${name}${strings.join}${citation.path.join("/")}\n${strings.quoted(citation.quote.trim())}\n${url}`;
}

/** `text` with every character that Markdown or HTML would read as markup escaped. */
export function escapeMarkdown(text) {
  return text.replace(/[\\`*_{}[\]<>#|~&!]/g, "\\$&").replace(/^(\s*)([-+]|\d+[.)])(\s)/gm, "$1\\$2$3");
}

/** The conversation as Markdown: every answer with its citations and quotes. */
export function toMarkdown(turns, base, strings, now) {
  const lines = [`# ${strings.heading}`, "", `${strings.exported} ${now.toISOString().slice(0, 10)}`];
  const quoted = (text) => text.trim().split("\n").map((line) => `> ${escapeMarkdown(line)}`).join("\n");
  for (const { question, answer } of turns) {
    lines.push("", `## ${escapeMarkdown(question).replaceAll("\n", " ")}`, "");
    if (!answer) continue;
    if (answer.statements.length) {
      for (const { text, citations } of answer.statements) {
        const marks = citations.map((n) => `[${n}]`).join("");
        lines.push(`- ${escapeMarkdown(text).replace(/(\s*\\\[\d+\\\])+\s*$/, "")} ${marks}`);
      }
    } else lines.push(escapeMarkdown(answer.text));
    for (const citation of answer.citations) {
      const { title, number, issuer, issued_on: issuedOn, region } = citation.document;
      const about = [number, issuer, issuedOn, region].filter(Boolean).map(escapeMarkdown).join(strings.join);
      const name = escapeMarkdown(strings.titled(title || citation.document_id));
      lines.push("", `**[${citation.n}]** ${name}${about ? strings.brackets(about) : ""}`);
      lines.push("", escapeMarkdown(pathLabel(citation, strings)), "", quoted(citation.quote));
      lines.push("", `<${readerUrl(base, citation)}>`);
    }
  }
  return `${lines.join("\n")}\n`;
}
