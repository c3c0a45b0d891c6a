// How figures are written.

const whole = new Intl.NumberFormat("en");
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export const unknown = "–";

/** 1,234; from a hundred thousand on 123K. */
export function count(number) {
  if (number == null) return unknown;
  return Math.abs(number) < 100_000 ? whole.format(Math.round(number)) : compact.format(number);
}

/** A pace in records a second; what is less than a hundredth is none. */
export function pace(number) {
  if (number == null) return unknown;
  const size = Math.abs(number);
  if (size < 0.005) return "0";
  if (size < 10) return number.toFixed(size < 1 ? 2 : 1);
  return size < 10_000 ? whole.format(Math.round(number)) : compact.format(number);
}

/** A length of time, from seconds. */
export function time(seconds) {
  if (seconds == null) return unknown;
  if (seconds === 0) return "0 s";
  if (seconds < 1) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** A number of bytes. */
export function bytes(number) {
  if (number == null) return unknown;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = number;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit && size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

/** The time of day, from milliseconds. */
export function timeOfDay(ms) {
  return clock.format(new Date(ms));
}

/** 1 order, 2 orders. */
export function several(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}
