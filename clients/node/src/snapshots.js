/** The world's snapshots, and the worlds that a server holds. */

import { Part } from "./connection.js";

/**
 * A world as it was at a moment of its own; `documents` are counted.
 * @typedef {object} Snapshot
 * @property {string} name
 * @property {string} at
 * @property {number} documents
 *
 * A world of the server's. `url` is below the server's address; `last_used_at` is the machine's time, all else the
 * world's own.
 * @typedef {object} World
 * @property {string} name
 * @property {string} url
 * @property {string} now
 * @property {"realtime" | "frozen"} mode
 * @property {number} documents
 * @property {number} requests
 * @property {string} last_used_at
 * @property {string} [member] the address of the one that has it, of several servers, unless that was asked
 */

/** Keeps the whole world as it is, and brings it back. Snapshots outlive a reset. */
export class Snapshots extends Part {
  /** All there are, by name. */
  async all() {
    return /** @type {Snapshot[]} */ ((await this._call("GET", "snapshots")).snapshots);
  }

  /**
   * Keep the world as it is, in place of an earlier snapshot of the name. Webhooks under way are tried first.
   * @param {string} name
   */
  async take(name) {
    return /** @type {Snapshot} */ (await this._call("PUT", ["snapshots", name]));
  }

  /**
   * Make the world as it was: documents, clock, scenarios, settings, webhooks, requests. `Refused`: 404, there is no
   * such snapshot.
   * @param {string} name
   */
  async restore(name) {
    return /** @type {Snapshot} */ (await this._call("POST", ["snapshots", name, "restore"]));
  }

  /**
   * Forget one.
   * @param {string} name
   */
  async remove(name) {
    await this._call("DELETE", ["snapshots", name]);
  }
}

/** The worlds of a server. */
export class Worlds extends Part {
  /** All there are, the least lately used first. */
  async all() {
    return /** @type {World[]} */ ((await this._call("GET", "worlds")).worlds);
  }

  /**
   * Forget one, its snapshots too; used again, it is made anew. `Refused`: 404, there is none; 409, the default one
   * can't be removed.
   * @param {string} name
   */
  async remove(name) {
    await this._call("DELETE", ["worlds", name]);
  }
}
