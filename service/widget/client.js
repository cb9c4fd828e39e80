// The widget's only door to the server.

/** What went wrong, in the shape of the server's problem documents. `status` is 0 where no answer came at all. */
export class ChatError extends Error {
  constructor(status, title, detail = "") {
    super(detail || title);
    this.name = "ChatError";
    this.status = status;
    this.title = title;
    this.detail = detail;
  }
}

async function problemOf(response) {
  let problem = {};
  try {
    problem = await response.json();
  } catch {
    // A proxy's own error page is not JSON; its status says enough.
  }
  const fields = Array.isArray(problem.errors) ? problem.errors.map((e) => `${e.field}: ${e.message}`).join("; ") : "";
  const detail = [problem.detail, fields].filter((part) => typeof part === "string" && part).join(" ");
  return new ChatError(response.status, String(problem.title || response.statusText || response.status), detail);
}

async function send(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "omit", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ChatError(0, "offline");
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Splits a byte stream into server-sent events and yields `[name, data]`, the data parsed as JSON. */
export async function* readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      buffer = (buffer + value).replaceAll("\r\n", "\n");
      let end;
      while ((end = buffer.indexOf("\n\n")) >= 0) {
        const block = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        let name = "message";
        const data = [];
        for (const line of block.split("\n")) {
          if (line.startsWith("event:")) name = line.slice(6).trim();
          else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
        }
        if (data.length) yield [name, JSON.parse(data.join("\n"))];
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

export class Client {
  /** @param {string} base Address that `v1/…` hangs under, with a slash at its end. */
  constructor(base) {
    this.base = base;
    this.lists = new Map();
  }

  url(path) {
    return new URL(path, this.base).href;
  }

  /**
   * Asks, and calls `onEvent(name, data)` for every event before the last.
   *
   * Resolves to the whole answer, whether the server streams or sends plain JSON.
   */
  async answer(request, onEvent, signal) {
    const response = await send(this.url("v1/answer"), {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream, application/json;q=0.5" },
      body: JSON.stringify(request),
      signal,
    });
    if (!(response.headers.get("Content-Type") || "").startsWith("text/event-stream")) return response.json();
    try {
      for await (const [name, data] of readEvents(response.body)) {
        if (name === "done") return data;
        if (name === "problem") {
          throw new ChatError(data.status || 500, String(data.title || "error"), String(data.detail || ""));
        }
        onEvent(name, data);
      }
    } catch (error) {
      if (error instanceof ChatError || error.name === "AbortError") throw error;
      throw new ChatError(0, "interrupted");
    }
    throw new ChatError(0, "interrupted");
  }

  async json(path) {
    return (await send(this.url(path), { headers: { Accept: "application/json" } })).json();
  }

  clause(id) {
    return this.json(`v1/clauses/${id.split("/").map(encodeURIComponent).join("/")}`);
  }

  /** A list that the corpus gives, asked for once. */
  list(name) {
    if (!this.lists.has(name)) {
      const asked = this.json(`v1/${name}`).then((found) => found[name]);
      asked.catch(() => this.lists.delete(name));
      this.lists.set(name, asked);
    }
    return this.lists.get(name);
  }

  regions() {
    return this.list("regions");
  }

  documents() {
    return this.list("documents");
  }

  /** Questions that the corpus answers: about the clauses given, or about anything where there are none. */
  async suggestions(language, clauseIds, asked) {
    const query = new URLSearchParams({ language });
    for (const id of clauseIds) query.append("clause", id);
    for (const question of asked) query.append("asked", question);
    return (await this.json(`v1/suggestions?${query}`)).questions;
  }

  /** Stores a judgment; with the `id` that an earlier call gave, adds to that one. */
  async feedback(entry) {
    const response = await send(this.url("v1/feedback"), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(entry),
    });
    return (await response.json()).id;
  }
}
