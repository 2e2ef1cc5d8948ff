/** A request that the sandbox saw and what answered it, as it is told to people. */

/**
 * A request and its answer; credentials and tokens are struck out. `provider` is null for a path in nobody's
 * namespace, `status` for a connection cut off; `duration_ms` is of real time; `hint` is what the sandbox says of a
 * mistake.
 * @typedef {object} Entry
 * @property {number} id
 * @property {string} at
 * @property {string | null} provider
 * @property {string} method
 * @property {string} path
 * @property {string} query
 * @property {Record<string, string>} headers
 * @property {any} body
 * @property {number | null} status
 * @property {any} response
 * @property {string | null} scenario
 * @property {number} duration_ms
 * @property {string | null} hint
 */

/** Stands where a credential or a token was. */
export const STRUCK_OUT = "***";
/** Bytes of a body that the sandbox keeps; a longer one is cut off, and then mere text. */
export const MOST_OF_A_BODY = 64 * 1024;
/** Of a body that is told, the first characters. */
const SHOWN = 2000;

/**
 * The latest as text for people; calls that came one after the other, and were answered alike, as one.
 * @param {Entry[]} entries
 * @param {number} most
 */
export function toldBriefly(entries, most) {
  /** @type {Entry[][]} */
  const groups = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    if (last && likeness(last[0]) === likeness(entry)) last.push(entry);
    else groups.push([entry]);
  }
  const shown = groups.slice(Math.max(0, groups.length - most));
  const before = entries.length - shown.flat().length;
  const lines = before ? [`… ${before} before that`] : [];
  for (const group of shown) {
    const again = group.length > 1 ? `  (${group.length} times, until ${group.at(-1)?.at})` : "";
    const [first, ...rest] = told(group[0]);
    lines.push(first + again, ...rest);
  }
  return lines.join("\n") || "none";
}

/** @param {Entry} entry */
const likeness = ({ method, path, query, body, status, response, hint }) =>
  JSON.stringify([method, path, query, body, status, response, hint]);

/** @param {Entry} entry */
function told({ at, method, path, query, scenario, body, status, response, hint }) {
  const lines = [`${at}  ${method} ${path}${query && `?${query}`}${scenario ? `  (scenario ${scenario})` : ""}`];
  if (body !== null) lines.push(`  sent      ${written(body)}`);
  lines.push(`  answered  ${status ?? "connection cut"}  ${answered(response)}`.trimEnd());
  if (hint !== null) lines.push(`  hint      ${hint}`);
  return lines.join("\n").split("\n");
}

/**
 * An answer's body; of a page for people the title.
 * @param {unknown} value
 */
function answered(value) {
  if (typeof value !== "string" || !/^\s*<(!doctype html|html)\b/i.test(value)) return written(value);
  const title = /<title>([^<]*)<\/title>/i.exec(value);
  return written(title ? `a page: ${unescaped(title[1]).trim()}` : "a page");
}

/** @param {string} text */
const unescaped = (text) =>
  text.replace(/&(?:amp|lt|gt|#34|#39);/g, (entity) => ENTITIES[entity]);

/** @type {Record<string, string>} */
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&#34;": '"', "&#39;": "'" };

/** @param {unknown} value */
function written(value) {
  if (value === null) return "";
  const text = typeof value === "string" ? value : spaced(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
}

/**
 * JSON on one line, with spaces.
 * @param {any} value
 * @returns {string}
 */
function spaced(value) {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${spaced(inner)}`);
  return `{${pairs.join(", ")}}`;
}
