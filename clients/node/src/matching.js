/** Whether a call is the one that a test means, and where it differs. */

import { MOST_OF_A_BODY, STRUCK_OUT } from "./entries.js";
import { shown } from "./moments.js";

/** @import { Entry } from "./entries.js" */

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const NEAREST = 3;

/** Where a call differs: `weight` says how much that takes it away from what is meant. */
class Difference {
  /**
   * @param {string} where
   * @param {unknown} wanted
   * @param {unknown} was undefined: it is missing
   * @param {number} [weight]
   */
  constructor(where, wanted, was, weight = 1) {
    this.where = where;
    this.wanted = wanted;
    this.was = was;
    this.weight = weight;
  }

  /** Why there may be none: what is hidden. */
  get doubt() {
    if (typeof this.was !== "string") return null;
    if (this.was.includes(STRUCK_OUT)) return "struck out, so it can't be compared";
    if (Buffer.byteLength(this.was) >= MOST_OF_A_BODY) return "too long to be kept whole, so it can't be compared";
    return null;
  }

  toString() {
    const was = this.was === undefined ? "missing" : (this.doubt ?? shown(this.was));
    return `${this.where}: wanted ${shown(this.wanted)}, was ${was}`;
  }
}

/** A call that a test means. */
export class Wanted {
  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} json
   * @param {Record<string, unknown>} query
   * @param {Record<string, unknown>} headers
   * @param {number | undefined} status
   */
  constructor(method, path, json, query, headers, status) {
    this.method = method;
    this.path = path;
    this.json = json;
    this.query = query;
    this.headers = headers;
    this.status = status;
  }

  toString() {
    const said = [];
    if (this.json !== undefined && shown(this.json) !== "{}") said.push(`json ${shown(this.json)}`);
    if (Object.keys(this.query).length) said.push(`query ${shown(this.query)}`);
    if (Object.keys(this.headers).length) said.push(`headers ${shown(this.headers)}`);
    if (this.status !== undefined) said.push(`status ${this.status}`);
    return `${this.method} ${this.path}${said.length ? ` with ${said.join(" and ")}` : ""}`;
  }

  /**
   * Refuse what no call can be, so that nothing passes for want of one.
   * @param {number | undefined} times
   */
  requireSense(times) {
    if (!METHODS.includes(this.method)) {
      throw new TypeError(`${shown(this.method)} is no method; like POST, and before the path`);
    }
    if (!/^\/(?!w\/)[^?]*$/.test(this.path)) {
      throw new TypeError(
        `${shown(this.path)} is not a path like '/refund/*': that has no address, no world, and ` +
          "no query, which is given as query: {…}",
      );
    }
    if (times !== undefined && (!Number.isInteger(times) || times < 0)) {
      throw new TypeError(`times is ${shown(times)}; it is a whole number, from 0`);
    }
  }

  /**
   * Where a call differs.
   * @param {Entry} entry
   */
  differences(entry) {
    const found = [];
    if (entry.method !== this.method) found.push(new Difference("method", this.method, entry.method, 5));
    const far = distance(this.path, entry.path);
    if (far) found.push(new Difference("path", this.path, entry.path, 5 * far));
    if (this.json !== undefined) found.push(...within("json", this.json, entry.body));
    found.push(...within("query", this.query, Object.fromEntries(new URLSearchParams(entry.query))));
    found.push(...within("headers", lowered(this.headers), lowered(entry.headers)));
    if (this.status !== undefined && entry.status !== this.status) {
      found.push(new Difference("status", this.status, entry.status));
    }
    return found;
  }
}

/** @param {Record<string, unknown>} headers */
const lowered = (headers) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/**
 * How many parts of two paths differ.
 * @param {string} wanted
 * @param {string} was
 */
function distance(wanted, was) {
  const [one, other] = [wanted, was].map((path) => path.split("/").filter(Boolean));
  const both = one.slice(0, other.length);
  const differ = both.filter((part, at) => part !== "*" && part !== other[at]);
  return Math.abs(one.length - other.length) + differ.length;
}

/**
 * Where a value is not, or does not hold, what is wanted: objects may have more keys.
 * @param {string} where
 * @param {any} wanted
 * @param {any} was
 * @returns {Generator<Difference>}
 */
function* within(where, wanted, was) {
  if (isObject(wanted) && isObject(was)) {
    for (const [key, value] of Object.entries(wanted)) {
      yield* within(`${where}.${key}`, value, Object.hasOwn(was, key) ? was[key] : undefined);
    }
  } else if (Array.isArray(wanted) && Array.isArray(was) && wanted.length === was.length) {
    for (const [at, value] of wanted.entries()) yield* within(`${where}[${at}]`, value, was[at]);
  } else if (!same(wanted, was)) {
    yield new Difference(where, wanted, was);
  }
}

/** @param {any} value */
const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !hasItsOwnWay(value);

/**
 * What compares in its own way, as `expect.any(Number)` of Jest and Vitest.
 * @param {any} value
 */
const hasItsOwnWay = (value) => typeof value?.asymmetricMatch === "function";

/**
 * @param {any} wanted
 * @param {unknown} was
 * @returns {boolean}
 */
function same(wanted, was) {
  return hasItsOwnWay(wanted) ? was !== undefined && wanted.asymmetricMatch(was) : wanted === was;
}

/** Calls that were seen, and how each differs from the one that a test means. */
export class Comparison {
  #wanted;
  #dropped;
  #others;

  /**
   * @param {Wanted} wanted
   * @param {Entry[]} seen
   * @param {number} dropped how many more there were, which are kept no longer
   */
  constructor(wanted, seen, dropped) {
    this.#wanted = wanted;
    this.#dropped = dropped;
    const compared = seen.map((entry) => ({ found: wanted.differences(entry), entry }));
    this.#others = compared.filter(({ found }) => found.length).reverse();
    /** Those that don't differ. */
    this.matching = compared.filter(({ found }) => !found.length).map(({ entry }) => entry);
    /** Those that may not: what would tell is hidden. */
    this.doubtful = this.#others.filter(({ found }) => found.every(({ doubt }) => doubt));
  }

  /**
   * Whether there were so many calls, or any (undefined), beyond doubt.
   * @param {number | undefined} times
   */
  isProof(times) {
    if (times === undefined) return this.matching.length > 0;
    return this.matching.length === times && !this.doubtful.length && !this.#dropped;
  }

  /**
   * What a failed assertion says: what matches too often, else what comes nearest.
   * @param {number | undefined} times
   */
  complaint(times) {
    const meant = times === undefined ? "at least 1 call" : calls(times);
    let said = `${this.#wanted}: expected ${meant}, and there were ${this.matching.length}.`;
    if (times !== undefined && this.matching.length > times) return [said, ...this.matching.map(line)].join("\n");
    if (this.doubtful.length) said += ` Of ${calls(this.doubtful.length)} more it can't be told.`;
    if (this.#dropped) {
      said +=
        ` The first ${calls(this.#dropped)} can't be told of, as only the latest are kept: ` +
        "requests.clear() makes room.";
    } else if (!this.#others.length) {
      return `${said} There was no ${this.matching.length ? "other " : ""}call at all.`;
    }
    return [said, ...this.#nearest()].join("\n");
  }

  *#nearest() {
    const count = this.#others.length;
    if (count) yield `Nearest, of ${calls(count)} that differ${count === 1 ? "s" : ""}:`;
    const sorted = [...this.#others].sort((one, other) => distanceOf(one.found) - distanceOf(other.found));
    for (const { found, entry } of sorted.slice(0, NEAREST)) {
      yield line(entry);
      for (const difference of found) yield `      ${difference}`;
    }
  }
}

/** @param {Difference[]} found */
const distanceOf = (found) => found.reduce((sum, { doubt, weight }) => sum + (doubt ? 0 : weight), 0);

/** @param {Entry} entry */
const line = ({ method, path, status }) => `  ${method} ${path} → ${status ?? "connection cut"}`;

/** @param {number} number */
const calls = (number) => (number === 1 ? "1 call" : `${number} calls`);
