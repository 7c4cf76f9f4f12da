// Takes a part of another page of ours and puts it in the place of the same part here.
//
//   import { fetched, swap } from "./fragment.js";
//   const page = await fetched("/?q=bees");           the page as a document: parsed by the browser, nothing in it runs
//   swap(page, "list");                               the element with that id is replaced by the page's
//
// Pages are parsed by XMLHttpRequest, not by innerHTML: the policy (require-trusted-types-for) lets no string become
// markup, and a document made this way has no scripts and asks for nothing.

/** A page of ours as a document; `form` (URLSearchParams) makes it a POST. Throws on any answer that is not a page. */
export function fetched(address, { form, signal } = {}) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.open(form ? "POST" : "GET", address);
    request.onload = () => (request.response && request.status < 400 ? done(request.response) : failed(new Error(`${request.status} at ${address}`)));
    request.onerror = () => failed(new Error(`no answer from ${address}`));
    request.onabort = () => failed(new DOMException("no longer wanted", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    if (form) request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.send(form ? form.toString() : null);
  });
}

/** Replaces the elements with these ids by those of the page; what is missing on either side stays as it is. */
export function swap(page, ...ids) {
  for (const id of ids) {
    const here = document.getElementById(id);
    const there = page.getElementById(id);
    if (here && there) here.replaceWith(document.adoptNode(there));
  }
}
