// One question and its answer on the page, built up as the answer streams in.
import { bodyChips, citationCard, relatedItems } from "./card.js";
import { copyText, h, icon } from "./dom.js";

// A card waits so long for the facts of its clause, and does without them then.
const PATIENCE_MS = 600;
const BARE_MARKS = /(\s*\[\d+\])+\s*$/;

/** A statement of a comparison without the region that its row names. */
function withoutRegion(text, regions) {
  const name = regions.find((region) => text.startsWith(region) && /^[:：]/.test(text.slice(region.length)));
  return name ? text.slice(name.length + 1).trim() : text;
}

export class TurnView {
  /**
   * @param {object} turn `question`, `filters`, `history`, and once known `answer` or `error`.
   * @param {object} context `strings`, `client`, `root`, `announce`, `cited`, `ask`, `retry`, `language`.
   */
  constructor(turn, context) {
    this.turn = turn;
    this.context = context;
    this.cards = new Map();
    this.laidOut = () => {};
    this.statements = [];
    this.citations = new Map();
    this.placed = Promise.resolve();
    this.body = h("div", { class: "answer", part: "answer" });
    this.understood = h("div", { class: "understood", part: "interpretation" });
    this.said = h("div", { class: "said" });
    this.sources = h("ol", { class: "cards" });
    this.sourcesBlock = h("section", { class: "sources", hidden: true }, h("h4", {}, context.strings.sources), this.sources);
    this.after = h("div", { class: "after" });
    this.waiting = h("p", { class: "waiting" }, context.strings.searching);
    this.body.append(this.understood, this.waiting, this.said, this.sourcesBlock, this.after);
    this.element = h(
      "article",
      { class: "turn", tabindex: "-1", "aria-label": turn.question },
      h("h3", { class: "question", part: "question" }, turn.question),
      this.body,
    );
    if (turn.answer) this.finish(turn.answer);
    else if (turn.error) this.fail(turn.error);
  }

  /** Takes one event of the stream. */
  take(name, data) {
    if (name === "interpretation") this.interpret(data);
    else if (name === "statement") this.state(data);
    else if (name === "citations") data.forEach((citation) => this.cite(citation));
    else if (name === "citation") this.cite(data);
  }

  interpret(interpretation) {
    if (this.interpretation) return;
    this.interpretation = interpretation;
    const { strings, client } = this.context;
    const filtered = [this.turn.filters?.region || []].flat();
    const named = interpretation.regions || [];
    const regions = [...new Set([...named, ...filtered.filter((name) => !named.some((full) => full.startsWith(name)))])];
    const chips = regions.map((name) =>
      h("li", {}, h("span", { class: "chip", part: "chip chip-region", lang: "zh" }, name,
        h("button", { type: "button", "aria-label": strings.removeRegion(name), onclick: () => this.correct(regions.filter((other) => other !== name)) }, icon("close")))),
    );
    const choices = h("div", { class: "choices" });
    const add = h("details", { class: "add" },
      h("summary", { "aria-label": strings.addRegionLong, title: strings.addRegionLong }, icon("add"), strings.addRegion), choices);
    add.addEventListener("toggle", async () => {
      if (!add.open || choices.childElementCount) return;
      try {
        const held = await client.regions();
        const offered = held.map((region) => region.name).filter((name) => name && !regions.includes(name));
        choices.append(...offered.map((name) => h("button", { type: "button", lang: "zh", onclick: () => this.correct([...regions, name]) }, name)));
      } catch {
        choices.append(h("p", {}, strings.offline));
      }
    });
    add.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !add.open) return;
      event.stopPropagation();
      add.open = false;
      add.firstElementChild.focus();
    });
    const intent = strings.intents[interpretation.intent];
    this.understood.append(
      h("span", { class: "label" }, strings.understood),
      h("ul", {}, chips, regions.length ? null : h("li", { class: "any" }, strings.noRegion), h("li", {}, add)),
      intent ? h("span", { class: "intent" }, intent) : "",
    );
    const standalone = interpretation.standalone_question;
    if (standalone && standalone.trim() !== this.turn.question.trim()) {
      this.understood.append(h("span", { class: "standalone" }, strings.quoted(standalone)));
    }
    this.comparing = named.length > 1 || ["compare", "which_regions"].includes(interpretation.intent);
    this.compared = new Promise((done) => (this.laidOut = done));
  }

  /** Asks again about `regions` instead: names in the question are exchanged, and regions never named become a filter. */
  correct(regions) {
    const { interpretation, turn } = this;
    const question = interpretation.standalone_question || turn.question;
    const mentions = interpretation.region_mentions || [];
    if (!mentions.length) {
      this.context.ask(question, { ...turn.filters, region: regions }, []);
      return;
    }
    const characters = Array.from(question);
    const spoken = (name) => mentions.find((mention) => mention.name === name);
    const words = regions.map((name) => {
      const mention = spoken(name);
      return mention ? characters.slice(mention.start, mention.end).join("") : name;
    });
    const joint = this.context.language === "en" && /[a-z]/i.test(question) ? " and " : "和";
    let text = "";
    let at = 0;
    mentions.forEach((mention, index) => {
      text += characters.slice(at, mention.start).join("") + (index === 0 ? words.join(joint) : "");
      at = mention.end;
    });
    text += characters.slice(at).join("");
    const cleaned = text.replace(/\b(in|of|for)\s+(?=[?.,]|$)/gi, "").replace(/\s+([?.,])/g, "$1").replace(/(^|\s)[和与、]|[和与、](?=[的在，,]|$)/g, "$1");
    this.context.ask(cleaned.trim() || question, { ...turn.filters, region: [] }, []);
  }

  marks(numbers) {
    const { strings } = this.context;
    return numbers.map((n) =>
      h("button", { type: "button", class: "cite", part: "mark-number", "aria-label": strings.source(n), onclick: () => this.show(n) }, String(n)),
    );
  }

  /** Brings card `n` into view and moves the focus to it. */
  show(n) {
    const card = this.cards.get(n);
    if (!card) return;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
    this.context.cited(this.citations.get(n));
  }

  state(statement) {
    this.statements.push(statement);
    // A comparison is laid out when its regions are known, once, so that nothing moves.
    if (this.comparing) return;
    this.waiting.hidden = true;
    this.said.append(h("p", { class: "statement", part: "statement" }, statement.text.replace(BARE_MARKS, ""), this.marks(statement.citations)));
  }

  /** Adds a card, with the facts of its clause from the start, so that nothing below it moves later. */
  cite(citation) {
    if (this.citations.has(citation.n)) return;
    this.citations.set(citation.n, citation);
    const facts = citation.field ? null : this.context.client.clause(citation.clause_id);
    const known = Promise.race([facts, new Promise((done) => setTimeout(done, PATIENCE_MS, null))]).catch(() => null);
    this.placed = Promise.all([known, this.placed]).then(async ([clause]) => {
      if (this.comparing) await this.compared;
      const card = citationCard(citation, clause, this.statements, this.context);
      this.cards.set(citation.n, card);
      this.sourcesBlock.hidden = false;
      this.sources.append(card);
    });
  }

  compare() {
    const { strings } = this.context;
    let head = null;
    const rows = this.statements.map((statement) => {
      const regions = [...new Set(statement.citations.map((n) => this.citations.get(n)?.document.region).filter(Boolean))];
      const name = regions.join("、") || "—";
      const again = head?.textContent === name;
      // Statements of one region stand together under its name.
      if (again) head.rowSpan += 1;
      else head = h("th", { scope: "row", lang: "zh" }, name);
      return h("tr", {},
        again ? null : head,
        h("td", {}, h("p", {}, withoutRegion(statement.text.replace(BARE_MARKS, ""), regions), this.marks(statement.citations)), bodyChips(statement, strings)));
    });
    this.said.append(h("div", { class: "comparison" }, h("table", { part: "comparison" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, strings.region), h("th", { scope: "col" }, strings.answer))),
      h("tbody", {}, rows))));
  }

  /** The whole answer is there: what the stream has not shown yet is added, and the controls. */
  async finish(answer) {
    const { strings, announce } = this.context;
    this.turn.answer = answer;
    this.waiting.remove();
    this.body.lang = answer.language || "";
    this.understood.lang = this.context.language;
    if (answer.interpretation) this.interpret(answer.interpretation);
    const streamed = this.statements.length;
    answer.statements.slice(streamed).forEach((statement) => this.state(statement));
    answer.citations.forEach((citation) => this.cite(citation));
    if (this.comparing && answer.statements.length) this.compare();
    this.laidOut();
    if (!answer.statements.length) this.said.append(h("p", { class: "statement", part: "refusal" }, answer.text));
    if (answer.uncovered?.length) {
      this.said.append(h("p", { class: "partial" }, `${strings.missing}${strings.join}${answer.uncovered.join("、")}`));
    }
    announce(`${answer.text.replace(/\s*\[\d+\]/g, "")} ${strings.announce(answer.citations.length)}`);
    await this.placed;
    this.after.append(this.tools());
    if (answer.status === "not_found") this.offer(answer);
  }

  /** Under a refusal: which regions are there, and what is near. */
  async offer(answer) {
    const { strings } = this.context;
    const held = answer.index?.regions || [];
    if (held.length && answer.reason === "region_not_in_corpus") {
      this.after.append(h("section", { class: "held" }, h("h4", {}, strings.available),
        h("ul", {}, held.map((region) => {
          const name = region.name || region;
          return h("li", {}, h("button", { type: "button", class: "chip", lang: "zh", onclick: () => this.correct([name]) }, name));
        }))));
    }
    const related = (answer.related || []).slice(0, 4);
    if (!related.length) return;
    const items = await relatedItems(related, this.context);
    this.after.append(h("section", { class: "related" }, h("h4", {}, strings.related), h("p", { class: "hint" }, strings.relatedNote), h("ul", {}, items)));
  }

  tools() {
    const { strings, client, announce, root, retry } = this.context;
    const answer = this.turn.answer;
    const state = h("span", { class: "hint", role: "status" });
    const thumbs = ["up", "down"].map((rating) =>
      h("button", { type: "button", class: "icon", "aria-pressed": "false", "aria-label": rating === "up" ? strings.helpful : strings.unhelpful, title: rating === "up" ? strings.helpful : strings.unhelpful, onclick: () => rate(rating) }, icon(rating)),
    );
    const note = h("input", { type: "text", maxlength: "2000", "aria-label": strings.note, placeholder: strings.note });
    const form = h("form", { class: "note", hidden: true, onsubmit: (event) => { event.preventDefault(); submit(note.value.trim()); } }, note, h("button", { type: "submit" }, strings.sendNote));
    let rated = null;
    let id = null;
    const submit = async (text) => {
      try {
        id = await client.feedback({ id, question: this.turn.question, history: this.turn.history, filters: this.turn.filters, answer, rating: rated, note: text || null });
        state.textContent = strings.thanks;
        if (text) {
          form.hidden = true;
          thumbs[rated === "up" ? 0 : 1].focus();
        }
      } catch {
        state.textContent = strings.feedbackFailed;
      }
    };
    const rate = (rating) => {
      rated = rating;
      thumbs.forEach((button, index) => button.setAttribute("aria-pressed", String((index === 0) === (rating === "up"))));
      form.hidden = false;
      submit("");
    };
    const copy = async () => {
      try {
        await copyText(answer.text, root);
        announce(strings.copied);
      } catch {
        announce(strings.notCopied);
      }
    };
    return h("div", { class: "tools" },
      h("button", { type: "button", class: "icon", "aria-label": strings.retry, title: strings.retry, onclick: () => retry(this) }, icon("retry")),
      h("button", { type: "button", class: "icon", "aria-label": strings.copyPlain, title: strings.copyPlain, onclick: copy }, icon("copy")),
      thumbs, state, form);
  }

  /** Questions to ask next, each known to be answered. */
  suggest(questions) {
    if (!questions.length) return;
    const { strings, ask } = this.context;
    this.after.append(h("section", { class: "next" }, h("h4", {}, strings.next),
      h("ul", {}, questions.map((question) => h("li", {}, h("button", { type: "button", part: "suggestion", onclick: () => ask(question) }, question))))));
  }

  /** An error or a stop, said where the answer would stand. */
  fail({ message, detail, stopped }) {
    const { strings, announce, retry } = this.context;
    this.waiting.remove();
    this.after.append(h("div", { class: stopped ? "stopped" : "failed", part: "error" },
      h("p", {}, message), detail ? h("p", { class: "hint" }, detail) : null,
      h("button", { type: "button", onclick: () => retry(this) }, icon("retry"), strings.retry)));
    announce([message, detail].filter(Boolean).join(" "));
  }
}
