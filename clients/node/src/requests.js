/** The requests that the sandbox saw, and what answered them. */

import { Part } from "./connection.js";
import { toldBriefly } from "./entries.js";
import { ExpectationFailed } from "./errors.js";
import { shown } from "./moments.js";
import { Comparison, Wanted } from "./matching.js";

/** @import { Entry } from "./entries.js" */
/** @import { Moment } from "./moments.js" */

/**
 * @typedef {object} Which
 * @property {string} [provider] lean or lahza
 * @property {string} [method] such as `GET`
 * @property {string} [path] `*` stands for any one part
 * @property {number} [status] of the answer
 * @property {Record<string, string | number | boolean | null>} [body] values by the path to their field, such as
 *   `{ "customer.email": "a@b.ps" }`; in a list, any of its items may have it
 * @property {Moment} [since] of the world's time, the first moment
 * @property {Moment} [until] the first moment after
 * @property {number} [limit] that many, the latest
 *
 * What a call must hold, besides its method and path; it may hold more.
 * @typedef {object} Held
 * @property {unknown} [json] what the body, JSON or a form, must hold; `expect.any(…)` may stand in it
 * @property {Record<string, unknown>} [query]
 * @property {Record<string, unknown>} [headers]
 * @property {number} [status] what it was answered with
 */

/** The world's requests, but for those to the admin API. */
export class Requests extends Part {
  /**
   * Those that match, oldest first.
   * @param {Which} [which]
   * @returns {Promise<Entry[]>}
   */
  async all({ body = {}, ...rest } = {}) {
    const fields = Object.entries(body).map(([field, value]) => [`body.${field}`, text(value)]);
    return (await this.#seen({ ...rest, ...Object.fromEntries(fields) })).entries;
  }

  /** @param {object} query */
  async #seen(query) {
    const { requests, dropped } = await this._call("GET", "requests", { query });
    return { entries: /** @type {Entry[]} */ (requests.reverse()), dropped: /** @type {number} */ (dropped) };
  }

  /**
   * The latest, of those with a method and a path if given.
   * @param {string} [method]
   * @param {string} [path]
   * @returns {Promise<Entry | undefined>}
   */
  async last(method, path) {
    return (await this.all({ method, path, limit: 1 }))[0];
  }

  /** Forget them. */
  async clear() {
    await this._call("DELETE", "requests");
  }

  /**
   * Require that a call was made; returns those that match. Where none does, `ExpectationFailed` shows those that come
   * nearest, field by field.
   * @param {string} method such as `GET`
   * @param {string} path `*` stands for any one part
   * @param {Held & { times?: number }} [held] `times`: how often, exactly; unless given, once or more
   */
  async assertCalled(method, path, { times, json, query = {}, headers = {}, status } = {}) {
    const asked = Object.fromEntries(Object.entries(query).map(([key, value]) => [key, asText(value)]));
    const wanted = new Wanted(String(method).toUpperCase(), String(path), json, asked, headers, status);
    wanted.requireSense(times);
    const { entries, dropped } = await this.#seen({});
    const compared = new Comparison(wanted, entries, dropped);
    if (!compared.isProof(times)) throw new ExpectationFailed(compared.complaint(times));
    return compared.matching;
  }

  /**
   * Require that no such call was made: see `assertCalled`.
   * @param {string} method
   * @param {string} path
   * @param {Held} [held]
   */
  async assertNotCalled(method, path, held = {}) {
    await this.assertCalled(method, path, { ...held, times: 0 });
  }

  /** The latest as text for people, oldest first; one that is repeated is told once. */
  async told(most = 20) {
    return toldBriefly(await this.all(), most);
  }
}

/** @param {unknown} value */
const asText = (value) => (typeof value === "number" || typeof value === "boolean" ? String(value) : value);

/** @param {unknown} value */
function text(value) {
  if (typeof value === "object" && value !== null) {
    throw new TypeError(`${shown(value)} is not one value: give each by the path to it, as 'a.b'`);
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
