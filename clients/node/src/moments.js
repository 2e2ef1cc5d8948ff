/** Moments and durations as the sandbox reads and writes them, and keys as the admin API has them. */

import { inspect } from "node:util";

/**
 * ISO 8601 with an offset, or a Date.
 * @typedef {string | Date} Moment
 *
 * @typedef {{ days?: number, hours?: number, minutes?: number, seconds?: number }} Units
 *
 * A duration: `"3d"`, `"90m"`, a number of seconds, or `{ hours: 2, minutes: 30 }`.
 * @typedef {string | number | Units} Span
 */

/** @type {Record<string, number>} */
const SECONDS = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 };
/** @type {Record<string, number>} */
const SHORT = { d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 };

/**
 * Whether a value is like `{ hours: 2, minutes: 30 }`.
 * @param {unknown} value
 * @returns {value is Units}
 */
export function isInUnits(value) {
  if (typeof value !== "object" || value === null) return false;
  const pairs = Object.entries(value).filter(([, number]) => number !== undefined);
  return pairs.length > 0 && pairs.every(([unit, number]) => unit in SECONDS && Number.isFinite(number));
}

/**
 * A duration in seconds. Text is one number and a unit.
 * @param {string} name what it is, for the error
 * @param {unknown} span
 * @returns {number}
 */
export function seconds(name, span) {
  if (typeof span === "number" && Number.isFinite(span)) return span;
  if (isInUnits(span)) return inSeconds(span);
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(span)) ?? [];
  if (unit) return Number(number) * SHORT[unit];
  throw new TypeError(`${name} is ${shown(span)}; it is like "30s", a number of seconds, or { minutes: 5 }`);
}

/** @param {Units} units */
function inSeconds(units) {
  return Object.entries(units).reduce((sum, [unit, number]) => sum + SECONDS[unit] * (number ?? 0), 0);
}

/**
 * Those values that are given.
 * @template {object} T
 * @param {T} values
 * @returns {Partial<T>}
 */
export function given(values) {
  const known = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return /** @type {Partial<T>} */ (Object.fromEntries(known));
}

/**
 * Values as the admin API takes them: `{ hours: 2 }` is a number of seconds.
 * @param {object} values
 * @returns {Record<string, unknown>}
 */
export function plain(values) {
  const pairs = Object.entries(values);
  return Object.fromEntries(pairs.map(([key, value]) => [key, isInUnits(value) ? inSeconds(value) : value]));
}

/**
 * Likewise, and keys, too: `failureCode` is `failure_code`.
 * @param {object} values
 * @returns {Record<string, unknown>}
 */
export function worded(values) {
  const pairs = Object.entries(plain(values));
  return Object.fromEntries(pairs.map(([key, value]) => [snake(key), value]));
}

/** @param {string} word */
const snake = (word) => word.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * A value as text for people.
 * @param {unknown} value
 */
export function shown(value) {
  return inspect(value, { depth: 8, breakLength: Infinity, compact: true, maxArrayLength: null });
}
