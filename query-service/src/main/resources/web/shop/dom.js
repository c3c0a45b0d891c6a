/** Builds elements. No markup is ever parsed, so no text can become any. */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

const SVG = "http://www.w3.org/2000/svg";

export function s(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function money(minor, currency = "GBP") {
  if (minor === undefined) return "";
  return new Intl.NumberFormat("en-GB", { style: "currency", currency }).format(minor / 100);
}

export function count(number, one, many) {
  return `${number.toLocaleString("en-GB")} ${number === 1 ? one : many}`;
}

const NAMES = new Set(
  ("christmas easter london paris england english french france union jack edwardian victorian regency scandinavian "
    + "tuscan chinese japanese indian morris lola spaceboy suki babushka britannia madras swiss scottie tv uk i led abc")
    .split(" "));

/** Titles come in capitals; people read them better without. */
export function calm(title) {
  const words = title.trim().replace(/,(?=\S)/g, ", ").replace(/\s+/g, " ").replace(/[.,]+$/, "").toLowerCase().split(" ");
  return words
    .map((word, i) => {
      const bare = word.replace(/[^a-z]/g, "");
      if (["tv", "uk", "led", "abc", "i"].includes(bare)) return word.toUpperCase();
      return i === 0 || NAMES.has(bare) ? word.replace(/[a-z]/, (letter) => letter.toUpperCase()) : word;
    })
    .join(" ")
    .replace(/\bt-light/gi, "t\u2011light"); // never broken in two
}

/** Said to those who cannot see the change. */
export function say(text) {
  document.querySelector(".status").textContent = text;
}
