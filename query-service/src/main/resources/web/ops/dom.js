// Building and changing the page. Text goes in as text: nothing that was sent is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value != null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** An element with attributes and children. */
export function h(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same of a picture. */
export function s(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

export const byId = (id) => document.getElementById(id);

/** Makes an element say what another says, and touches only what differs: focus and scrolling stay. */
function patch(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
  } else if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
  } else {
    for (const { name } of [...old.attributes]) {
      if (name !== "style" && !fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    patchChildren(old, [...fresh.childNodes]);
  }
}

function patchChildren(parent, fresh) {
  const old = [...parent.childNodes];
  fresh.forEach((child, i) => (i < old.length ? patch(old[i], child) : parent.append(child)));
  old.slice(fresh.length).forEach((child) => child.remove());
}

/** Puts children in place of those that are there. */
export function replace(parent, ...children) {
  patchChildren(parent, [...h("div", null, ...children).childNodes]);
}

/** Rows of a table, with a head. A column is [title, class of its cells]. */
export function table(parent, caption, columns, rows) {
  replace(
    parent,
    h("caption", { class: "unseen" }, caption),
    h("thead", null, h("tr", null, columns.map(([title, kind]) => h("th", { scope: "col", class: kind }, title)))),
    h(
      "tbody",
      null,
      rows.map((row) =>
        h("tr", null, row.map((cell, i) =>
          i === 0
            ? h("th", { scope: "row", class: columns[0][1] }, cell)
            : h("td", { class: columns[i][1] }, cell))))),
  );
}
