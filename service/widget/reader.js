// What script adds to the document reader: copy buttons, and the cited words brought into view.
import { copyText } from "./dom.js";

const said = document.getElementById("said");

function showCited() {
  const cited = document.getElementById("hl");
  const unit = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!cited || !unit?.contains(cited)) return;
  const { top, bottom } = cited.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) cited.scrollIntoView({ block: "center" });
}

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const unit = button.closest(".unit");
    // What is folded away or was replaced is no part of the clause.
    const words = unit.querySelector(".words").cloneNode(true);
    for (const removed of words.querySelectorAll(".noise, .fold, del")) removed.remove();
    const text = [...words.querySelectorAll("p, .line")].map((line) => line.textContent.trim()).filter(Boolean).join("\n");
    const address = new URL(unit.querySelector(".path").getAttribute("href"), location.origin + location.pathname);
    try {
      await copyText(`${text}\n${address.href}`, document.body);
      said.textContent = button.dataset.copied;
      button.classList.add("done");
      setTimeout(() => button.classList.remove("done"), 1500);
    } catch {
      said.textContent = button.dataset.notCopied;
    }
  });
}

addEventListener("hashchange", showCited);
showCited();
