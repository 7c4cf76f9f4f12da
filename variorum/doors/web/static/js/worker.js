// The service worker: asked for only where somebody keeps a work. Its address is the one string the policy trusts.

const address = "/static/js/sw.js";
const trusted = globalThis.trustedTypes?.createPolicy("variorum", { createScriptURL: (given) => (given === address ? given : "") }).createScriptURL(address) ?? address;

export const worker = () => navigator.serviceWorker.register(trusted, { scope: "/", type: "classic", updateViaCache: "none" }).catch(() => null);
