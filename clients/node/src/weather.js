/** Weather: several disturbances at once, each on one call, webhook or document. */

import { Part } from "./connection.js";
import { given } from "./moments.js";

/** @import { Json } from "./connection.js" */

/**
 * A scenario on one thing that it matches.
 * @typedef {object} Disturbance
 * @property {string} text as it is written: `answer-lost; how=cut; nth=2`
 * @property {string} scenario its name
 * @property {string} title what the scenario says of itself
 * @property {Json} parameters those that are given
 * @property {number} nth which of the things that match: the first is 1
 * @property {number} acted how often it has acted
 */

/** The world's weather. */
export class Weather extends Part {
  /** The disturbances that are on, with what came of them. */
  async get() {
    return this.#disturbances("GET");
  }

  /**
   * Let these be on, in place of those that were. `Refused`: 400, one of them makes no sense; all stays as it was.
   * @param {...string} disturbances
   */
  async set(...disturbances) {
    return this.#disturbances("POST", { disturbances });
  }

  /**
   * Let those be on that a seed draws: the same seed and profile draw the same. `Refused`: 400, there is no such
   * profile, or it makes no sense.
   * @param {number} seed a whole number from 0
   * @param {string | Json} [profile] the name of one, or one as it stands in a file; `rainy`, unless given
   */
  async draw(seed, profile) {
    return this.#disturbances("POST", given({ seed, profile }));
  }

  /** Let none be on. */
  async clear() {
    await this.#disturbances("DELETE");
  }

  /**
   * What there is to draw from: each profile's `name`, `title`, `about`, `count` and `draw`.
   * @returns {Promise<Json[]>}
   */
  async profiles() {
    return (await this._call("GET", ["weather", "profiles"])).profiles;
  }

  /**
   * @param {string} method
   * @param {Json} [body]
   * @returns {Promise<Disturbance[]>}
   */
  async #disturbances(method, body) {
    return (await this._call(method, "weather", { body })).disturbances;
  }
}
