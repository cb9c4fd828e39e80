// <policy-chat>: the element itself. See docs/widget.md for its attributes, properties, methods, events and parts.
import { toMarkdown } from "./citation.js";
import { Client } from "./client.js";
import { h, icon, safeUrl } from "./dom.js";
import { interfaceLanguage, stringsFor } from "./strings.js";
import { sheet } from "./style.js";
import { TurnView } from "./turn.js";

const KEPT_TURNS = 30;
const HISTORY_SENT = 6;

export class PolicyChat extends HTMLElement {
  static observedAttributes = ["endpoint", "lang", "region", "heading", "placeholder"];

  #turns = [];
  #views = [];
  #running = null;
  #connected = null;
  #parts = {};

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [sheet()];
  }

  connectedCallback() {
    // One signal takes every listener outside the shadow tree away when the element leaves the page.
    this.#connected = new AbortController();
    this.#build();
    this.#restore();
    const question = this.getAttribute("question");
    if (question && !this.#turns.length) this.ask(question);
    document.addEventListener(
      "click",
      (event) => {
        const open = this.shadowRoot.querySelector("details.add[open]");
        if (open && !event.composedPath().includes(open)) open.open = false;
      },
      { signal: this.#connected.signal },
    );
  }

  disconnectedCallback() {
    this.stop();
    this.#connected?.abort();
    this.#connected = null;
  }

  attributeChangedCallback(name, before, after) {
    if (!this.#connected || before === after || name === "region") return;
    this.stop();
    this.#build();
    this.#restore();
  }

  /** Address that the API hangs under; by default the folder above the one this module came from. */
  get endpoint() {
    const given = safeUrl(this.getAttribute("endpoint") || new URL("../", import.meta.url).href, document.baseURI);
    return given && !given.endsWith("/") ? `${given}/` : given;
  }

  set endpoint(value) {
    this.setAttribute("endpoint", value);
  }

  get region() {
    return this.getAttribute("region") || "";
  }

  set region(value) {
    if (value) this.setAttribute("region", value);
    else this.removeAttribute("region");
  }

  get theme() {
    return this.getAttribute("theme") || "auto";
  }

  set theme(value) {
    this.setAttribute("theme", value);
  }

  get busy() {
    return this.#running !== null;
  }

  /** The conversation so far: copies of `{question, filters, history, answer}`. */
  get turns() {
    return structuredClone(this.#turns);
  }

  /** Asks a question; resolves to the answer, or to null where it was stopped or failed. */
  async ask(question, { filters, history } = {}) {
    const text = question.trim();
    if (!text) return null;
    this.stop();
    const turn = {
      question: text,
      filters: filters || (this.region ? { region: [this.region] } : {}),
      history: history || this.#turns.filter((earlier) => earlier.answer).slice(-HISTORY_SENT).map((earlier) => earlier.question),
    };
    if (!turn.filters.region?.length) delete turn.filters.region;
    if (!this.#emit("ask", structuredClone(turn), true)) return null;
    const view = new TurnView(turn, this.#context());
    this.#turns.push(turn);
    this.#views.push(view);
    this.#parts.empty.hidden = true;
    this.#parts.log.append(view.element);
    this.#bringIn(view);
    return this.#run(turn, view);
  }

  /** Ends the running answer; what has come stays. */
  stop() {
    this.#running?.abort();
  }

  /** Asks the last question again. */
  async retry() {
    const view = this.#views.at(-1);
    return view ? this.#again(view) : null;
  }

  /** Forgets the conversation. */
  clear() {
    this.stop();
    this.#turns = [];
    this.#views.forEach((view) => view.element.remove());
    this.#views = [];
    this.#parts.empty.hidden = false;
    this.#save();
    this.#announce(this.#strings.cleared);
    this.#update();
    this.#parts.input.focus();
  }

  /** The conversation as Markdown, with its citations. */
  exportMarkdown() {
    return toMarkdown(this.#turns, this.endpoint, this.#strings, new Date());
  }

  focus(options) {
    this.#parts.input?.focus(options);
  }

  get #language() {
    return interfaceLanguage(this.closest("[lang]")?.lang);
  }

  get #strings() {
    return stringsFor(this.#language);
  }

  get #storageKey() {
    const others = [...document.querySelectorAll(this.localName)];
    return `policy-chat ${location.pathname} ${this.id || others.indexOf(this)}`;
  }

  #context() {
    return {
      strings: this.#strings,
      language: this.#language,
      client: this.#parts.client,
      root: this.shadowRoot,
      announce: (text) => this.#announce(text),
      cited: (citation) => this.#emit("cite", citation),
      ask: (question, filters, history) => {
        this.ask(question, { filters, history });
        this.#parts.input.focus({ preventScroll: true });
      },
      retry: (view) => {
        this.#again(view);
        this.#parts.input.focus({ preventScroll: true });
      },
    };
  }

  #build() {
    const strings = this.#strings;
    const language = this.#language;
    const heading = this.getAttribute("heading") || strings.heading;
    const button = (name, label, onclick) => h("button", { type: "button", class: "icon", "aria-label": label, title: label, onclick }, icon(name));
    const save = button("save", strings.save, () => this.#download());
    const clear = button("clear", strings.clear, () => this.clear());
    const input = h("textarea", {
      rows: "1",
      part: "input",
      "aria-label": strings.input,
      "aria-description": strings.hint,
      placeholder: this.getAttribute("placeholder") || strings.placeholder,
      enterkeyhint: "send",
      autocomplete: "off",
      onkeydown: (event) => this.#key(event),
      oninput: () => this.#update(),
    });
    const submit = h("button", { type: "submit", class: "submit", part: "send" });
    const form = h("form", { class: "composer", part: "composer", onsubmit: (event) => {
      event.preventDefault();
      this.#submit();
    } }, input, submit);
    const examples = h("ul", { class: "examples" });
    const empty = h("div", { class: "empty" }, h("p", {}, strings.intro), examples);
    const log = h("div", { class: "log", part: "log", role: "region", tabindex: "0", "aria-label": strings.log, onkeydown: (event) => {
      if (event.key !== "Escape") return;
      if (this.busy) this.stop();
      input.focus();
    } }, empty);
    const live = h("p", { class: "aside", role: "status", "aria-live": "polite" });
    const panel = h("section", { class: "panel", part: "panel", lang: language, "aria-label": heading },
      h("header", { part: "header" }, h("h2", {}, heading), save, clear), log, form, live);
    this.#parts = { client: new Client(this.endpoint), input, submit, log, empty, examples, live, save, clear };
    this.#views = [];
    this.shadowRoot.replaceChildren(panel);
    this.#offerExamples();
    this.#update();
  }

  async #offerExamples() {
    const { client, examples } = this.#parts;
    // A page that has examples of its own puts them inside the element: <a data-example>…</a>.
    let questions = [...this.querySelectorAll("[data-example]")].map((node) => node.textContent.trim());
    if (!questions.length) {
      try {
        questions = await client.suggestions(this.#language, [], []);
      } catch {
        return;
      }
    }
    examples.append(...questions.slice(0, 3).map((question) => h("li", {}, h("button", { type: "button", part: "suggestion", onclick: () => {
      this.ask(question);
      this.#parts.input.focus({ preventScroll: true });
    } }, question))));
  }

  #key(event) {
    const { input } = this.#parts;
    // While an input method composes, Enter chooses a word and must not send.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (!this.busy) this.#submit();
    } else if (event.key === "Escape" && this.busy) {
      event.preventDefault();
      this.stop();
    } else if (event.key === "ArrowUp" && !input.value && this.#views.length) {
      event.preventDefault();
      this.#views.at(-1).element.focus();
    }
  }

  #submit() {
    const { input } = this.#parts;
    if (this.busy) {
      this.stop();
      input.focus();
      return;
    }
    const question = input.value;
    if (!question.trim()) {
      input.focus();
      return;
    }
    input.value = "";
    this.ask(question);
    input.focus({ preventScroll: true });
  }

  async #run(turn, view) {
    const running = new AbortController();
    this.#running = running;
    this.#update();
    this.#announce(this.#strings.searching);
    const { client } = this.#parts;
    try {
      const request = { question: turn.question, history: turn.history, filters: turn.filters, language: "auto" };
      const answer = await client.answer(request, (name, data) => view.take(name, data), running.signal);
      if (running.signal.aborted) return null;
      const shown = view.finish(answer);
      this.#save();
      this.#emit("answer", structuredClone(answer));
      shown.then(() => this.#suggest(answer, view, client));
      return answer;
    } catch (error) {
      turn.error = this.#explain(error);
      view.fail(turn.error);
      if (!turn.error.stopped) this.#emit("error", { status: error.status ?? 0, message: turn.error.message, detail: turn.error.detail });
      return null;
    } finally {
      if (this.#running === running) this.#running = null;
      this.#update();
    }
  }

  #explain(error) {
    const strings = this.#strings;
    if (error.name === "AbortError") return { message: strings.stopped, stopped: true };
    if (error.name !== "ChatError") throw error;
    if (error.status === 0) return { message: strings[error.title] || strings.offline };
    if (error.status < 500) return { message: strings.refused, detail: error.detail || error.title };
    return { message: strings.failed(error.status), detail: error.detail };
  }

  async #suggest(answer, view, client) {
    if (!answer.citations.length) return;
    const ids = answer.citations.slice(0, 3).map((citation) => citation.clause_id);
    const language = answer.language || this.#language;
    try {
      const questions = await client.suggestions(language, ids, this.#turns.map((turn) => turn.question));
      if (this.#connected && this.#views.includes(view)) view.suggest(questions);
    } catch {
      // An answer without questions to follow is still an answer.
    }
  }

  #again(view) {
    const index = this.#views.indexOf(view);
    if (index < 0) return null;
    const { question, filters, history } = this.#turns[index];
    this.#turns.splice(index, 1);
    this.#views.splice(index, 1);
    view.element.remove();
    return this.ask(question, { filters, history });
  }

  #update() {
    const { input, submit, save, clear, log } = this.#parts;
    const strings = this.#strings;
    const label = this.busy ? strings.stop : strings.send;
    if (submit.title !== label) {
      submit.title = label;
      submit.setAttribute("aria-label", label);
      submit.replaceChildren(icon(this.busy ? "stop" : "send"));
    }
    submit.classList.toggle("idle", !this.busy && !input.value.trim());
    log.setAttribute("aria-busy", String(this.busy));
    save.disabled = !this.#turns.some((turn) => turn.answer);
    clear.disabled = !this.#turns.length;
  }

  #announce(text) {
    this.#parts.live.textContent = text;
  }

  #emit(type, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable }));
  }

  #download() {
    const url = URL.createObjectURL(new Blob([this.exportMarkdown()], { type: "text/markdown" }));
    const link = h("a", { href: url, download: "policy-chat.md", class: "aside" });
    this.shadowRoot.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  #save() {
    if (this.getAttribute("history") === "none") return;
    try {
      const kept = this.#turns.filter((turn) => turn.answer).slice(-KEPT_TURNS);
      sessionStorage.setItem(this.#storageKey, JSON.stringify(kept));
    } catch {
      // Storage is full or refused: the conversation lives as long as the page.
    }
  }

  #restore() {
    if (this.getAttribute("history") === "none" && !this.#turns.length) return;
    if (!this.#turns.length) {
      try {
        const kept = JSON.parse(sessionStorage.getItem(this.#storageKey) || "[]");
        this.#turns = kept.filter((turn) => typeof turn?.question === "string" && Array.isArray(turn.answer?.statements));
      } catch {
        this.#turns = [];
      }
    }
    if (!this.#turns.length) return;
    const context = { ...this.#context(), announce: () => {} };
    this.#views = this.#turns.map((turn) => new TurnView(turn, context));
    this.#views.forEach((view) => (view.context = this.#context()));
    this.#parts.empty.hidden = true;
    this.#parts.log.append(...this.#views.map((view) => view.element));
    this.#bringIn(this.#views.at(-1));
    this.#update();
  }

  /** Scrolls the log, and never the page around the widget, to the beginning of a turn. */
  #bringIn(view) {
    this.#parts.log.scrollTop = view.element.offsetTop;
  }
}
