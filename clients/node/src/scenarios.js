/** Scenarios, switched on and off. */

import { Part } from "./connection.js";
import { ExpectationFailed } from "./errors.js";
import { plain } from "./moments.js";

/** @import { Json } from "./connection.js" */

/** A scenario, as it was when the sandbox was asked. */
export class Scenario {
  #among;

  /**
   * @param {Json} values
   * @param {Scenarios} among
   */
  constructor(values, among) {
    /** @type {string} */
    this.name = values.name;
    /** @type {string} */
    this.provider = values.provider;
    /** @type {string} */
    this.title = values.title;
    /** @type {string} */
    this.about = values.about;
    /** @type {boolean} whether it is on */
    this.enabled = values.enabled;
    /** @type {Json} those it is on with, else its own */
    this.parameters = values.parameters;
    /** @type {Record<string, Json[]>} the valid values of those parameters that may have only some */
    this.oneOf = values.one_of;
    /** @type {Record<string, string>} those parameters that name a document which does not exist */
    this.missing = values.missing;
    this.#among = among;
  }

  /** How often it has acted by now, since it was last switched on; by header, too. */
  async acted() {
    return this.#among._acted(this.name);
  }

  /**
   * Require that it has acted, since it was last switched on: once or more, or so often. `ExpectationFailed` says what
   * was on, with which parameters, and how often each acted.
   * @param {number} [times]
   */
  async assertActed(times) {
    const acted = await this.acted();
    if (times === undefined ? acted > 0 : acted === times) return;
    const wanted = times === undefined ? "at least once" : inWords(times);
    const told = (await this.#among.told()).replaceAll("\n", "\n  ");
    throw new ExpectationFailed(
      `${this.name}: expected to have acted ${wanted}, and it has ${inWords(acted)}.\n` +
        `Scenarios that are on, or have acted:\n  ${told}`,
    );
  }
}

/** The world's scenarios. */
export class Scenarios extends Part {
  /** All there are, by name. */
  async all() {
    return (await this.#listed()).map((each) => new Scenario(each, this));
  }

  /** @returns {Promise<Json[]>} */
  async #listed() {
    return (await this._call("GET", "scenarios")).scenarios;
  }

  /** Those that are on, or have acted, as text for people. */
  async told() {
    const seen = (await this.#listed()).filter(({ enabled, acted }) => enabled || acted);
    return seen.map(told).join("\n") || "none";
  }

  /**
   * One of them. `Refused`: 404, there is none; the valid names are listed.
   * @param {string} name
   */
  async get(name) {
    return this.#scenario("GET", [name]);
  }

  /**
   * Switch one on; anew, as the latest, if it is on. `Refused`: 404, there is none; 400, a parameter makes no sense.
   * @param {string} name
   * @param {Json} [parameters] by their own names
   */
  async on(name, parameters = {}) {
    return this.#scenario("PUT", [name], { parameters: plain(parameters) });
  }

  /**
   * Switch one off; what it held goes on, counted from now.
   * @param {string} name
   */
  async off(name) {
    return this.#scenario("DELETE", [name]);
  }

  /**
   * Switch one on, and once the callback has ended, off, or on again as it was before; returns what that returns.
   * @template T
   * @param {string} name
   * @param {Json} parameters
   * @param {(scenario: Scenario) => T | Promise<T>} callback
   * @returns {Promise<T>}
   */
  async during(name, parameters, callback) {
    const scenario = await this.held(name, parameters);
    try {
      return await callback(scenario);
    } finally {
      await scenario[Symbol.asyncDispose]();
    }
  }

  /**
   * The same for `await using`: it is on until the end of the block.
   * @param {string} name
   * @param {Json} [parameters]
   * @returns {Promise<Scenario & AsyncDisposable>}
   */
  async held(name, parameters = {}) {
    const before = await this.get(name);
    const scenario = await this.on(name, parameters);
    return Object.assign(scenario, {
      [Symbol.asyncDispose]: async () => {
        if (before.enabled) await this.on(name, before.parameters);
        else await this.off(name);
      },
    });
  }

  /**
   * Add one of your own, as the JSON of a scenario file and its `name`.
   * @param {Json} script
   */
  async add(script) {
    return this.#scenario("POST", [], script);
  }

  /**
   * @param {string} method
   * @param {string[]} path
   * @param {Json} [body]
   */
  async #scenario(method, path, body) {
    return new Scenario(await this._call(method, ["scenarios", ...path], { body }), this);
  }

  /**
   * @param {string} name
   * @returns {Promise<number>}
   */
  async _acted(name) {
    return (await this._call("GET", ["scenarios", name])).acted;
  }
}

/** @param {Json} scenario */
function told({ name, enabled, acted, parameters, missing }) {
  const lines = [`${name}: ${enabled ? "on" : "off"}, acted ${inWords(acted)}`];
  const pairs = Object.entries(parameters).map((pair) => pair.join("="));
  if (enabled && pairs.length) lines.push(`with ${pairs.join(", ")}`);
  for (const pair of Object.entries(missing)) lines.push(`${pair.join("=")} names a document that does not exist`);
  return lines.join("\n  ");
}

/** @param {number} count */
const inWords = (count) => `${count} time${count === 1 ? "" : "s"}`;
