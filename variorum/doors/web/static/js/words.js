// The words of a page, as the server counts them: paragraph pN, so many code points into it.
//
// What we put into the text ourselves (signs of repairs and notes) is marked data-own and is not counted.

const OWN = "[data-own]";

/** Every paragraph of the work on this page, in order. */
export const paragraphs = () => [...document.querySelectorAll("#work :is(.text, .note, .chapter) [id^=p]")].filter((e) => /^p\d+$/.test(e.id));

export const numberOf = (paragraph) => Number(paragraph.id.slice(1));

const length = (text) => (/[\ud800-\udbff]/.test(text) ? [...text].length : text.length);

/** UTF-16 units for so many code points of a text. */
function units(text, points) {
  if (!/[\ud800-\udbff]/.test(text)) return Math.min(points, text.length);
  return [...text].slice(0, points).join("").length;
}

/** The text nodes of a paragraph that are the work's own. */
export function* texts(paragraph) {
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) =>
    node.nodeType === Node.ELEMENT_NODE ? (node.matches(OWN) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP) : NodeFilter.FILTER_ACCEPT,
  );
  while (walker.nextNode()) yield walker.currentNode;
}

export const textOf = (paragraph) => [...texts(paragraph)].map((node) => node.data).join("");

/** The paragraph a node stands in, or null. */
export function paragraphOf(node) {
  const element = node instanceof Element ? node : node?.parentElement;
  const found = element?.closest("[id^=p]");
  return found && /^p\d+$/.test(found.id) && found.closest("#work") ? found : null;
}

/** How many code points of a paragraph lie before a place in the document. */
export function offsetIn(paragraph, node, offset) {
  const place = document.createRange();
  place.setStart(node, offset);
  let count = 0;
  for (const text of texts(paragraph)) {
    if (text === node) return count + length(text.data.slice(0, offset));
    if (place.comparePoint(text, text.length) >= 0) return count;
    count += length(text.data);
  }
  return count;
}

/** A range over code points [start, end) of a paragraph. */
export function rangeIn(paragraph, start, end) {
  const range = document.createRange();
  let count = 0;
  let begun = false;
  for (const text of texts(paragraph)) {
    const size = length(text.data);
    if (!begun && start <= count + size) {
      range.setStart(text, units(text.data, start - count));
      begun = true;
    }
    if (begun && end <= count + size) {
      range.setEnd(text, units(text.data, end - count));
      return range;
    }
    count += size;
  }
  if (begun) range.setEndAfter(paragraph.lastChild);
  else range.selectNodeContents(paragraph);
  return range;
}

/** What is selected, as the server wants it: { p, at, to_p, to, said }; null where nothing of the work is. */
export function chosen() {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const touched = paragraphs().filter((p) => range.intersectsNode(p));
  const inside = touched.filter((p) => p.contains(range.startContainer) || p.contains(range.endContainer) || range.comparePoint(p, 0) === 0);
  if (!inside.length) return null;
  const [first, last] = [inside[0], inside.at(-1)];
  const at = first.contains(range.startContainer) ? offsetIn(first, range.startContainer, range.startOffset) : 0;
  const to = last.contains(range.endContainer) ? offsetIn(last, range.endContainer, range.endOffset) : length(textOf(last));
  const said = inside
    .map((p) => rangeText(p, p === first ? at : 0, p === last ? to : length(textOf(p))))
    .join("\n\n");
  if (!said.trim()) return null;
  return { p: numberOf(first), at, to_p: numberOf(last), to, said };
}

function rangeText(paragraph, start, end) {
  const text = textOf(paragraph);
  return text.slice(units(text, start), units(text, end));
}
