/** The payments and the refunds of all providers, in one shape. */

import { Part } from "./connection.js";
import { given } from "./moments.js";

/** @import { Connection, Json } from "./connection.js" */

/**
 * A payment or a refund. `references` are what else it is called; `payment` is the id of the one that it belongs to;
 * `amount` is in minor units, with `decimals` to a major one; `state` is as the provider says it; `by` is null for what no call of the provider's API
 * made, else its `request` is the `id` of what `requests` lists.
 * @typedef {object} Row
 * @property {string} id
 * @property {string[]} references
 * @property {string} provider
 * @property {string} payment
 * @property {number} amount
 * @property {string} currency
 * @property {number} decimals
 * @property {string} state
 * @property {"open" | "settled" | "failed"} outcome
 * @property {string} at
 * @property {{ request: number | null, method: string, path: string } | null} by
 */

/** How many are asked for at once. */
const PAGE = 5000;

/** The world's payments, or its refunds, whoever's they are. */
export class Ledger extends Part {
  #kind;

  /**
   * @param {Connection} connection
   * @param {"payments" | "refunds"} kind
   */
  constructor(connection, kind) {
    super(connection);
    this.#kind = kind;
  }

  /**
   * Those that match, newest first.
   * @param {{ provider?: string, state?: string, outcome?: Row["outcome"], limit?: number }} [which] `limit`: that
   *   many, the newest; unless given, all
   */
  async all({ provider, state, outcome, limit = Infinity } = {}) {
    /** @type {Json} */
    const query = given({ provider, state, outcome });
    /** @type {Row[]} */
    const found = [];
    for (;;) {
      query.limit = Math.min(PAGE, limit - found.length);
      const page = await this._call("GET", this.#kind, { query });
      found.push(...page[this.#kind]);
      if (!page.more || limit === found.length) return found;
      query.before = found.at(-1)?.id;
    }
  }
}
