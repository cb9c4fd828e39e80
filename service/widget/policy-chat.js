// Registers <policy-chat>. Import ./chat-element.js instead to get the class without registering it.
import { PolicyChat } from "./chat-element.js";

if (!customElements.get("policy-chat")) customElements.define("policy-chat", PolicyChat);
