// The widget's style as a constructed sheet, which needs no style permission from the host page's policy.

const address = new URL("policy-chat.css", import.meta.url);
const shared = new CSSStyleSheet();

// Waiting here keeps the element undefined until it can be shown as it is meant to be.
const response = await fetch(address, { credentials: "omit" });
if (!response.ok) throw new Error(`policy-chat: ${address} answered ${response.status}`);
shared.replaceSync(await response.text());

/** One sheet for every widget on the page. */
export function sheet() {
  return shared;
}
