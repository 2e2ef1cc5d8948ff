/** The client itself. */

import { writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { accounts, differences } from "./accounts.js";
import { Clock } from "./clock.js";
import { Connection } from "./connection.js";
import { ExpectationFailed, Unreachable } from "./errors.js";
import { Ledger } from "./ledger.js";
import { given, seconds, shown, worded } from "./moments.js";
import { Lahza, Lean, Provider } from "./providers.js";
import { Receivers } from "./receivers.js";
import { Requests } from "./requests.js";
import { Scenarios } from "./scenarios.js";
import { Snapshots, Worlds } from "./snapshots.js";
import { PATIENCE } from "./transports.js";
import { waitFor } from "./waiting.js";
import { Weather } from "./weather.js";
import { Webhooks } from "./webhooks.js";

/** @import { Books } from "./accounts.js" */
/** @import { ClockState } from "./clock.js" */
/** @import { Ask, Json } from "./connection.js" */
/** @import { Moment, Span } from "./moments.js" */
/** @import { Scenario } from "./scenarios.js" */

/**
 * How a world begins.
 * @typedef {object} Start
 * @property {Moment} [now]
 * @property {"frozen" | "realtime"} [mode]
 * @property {number} [rate]
 * @property {number} [seed]
 * @property {"after_answer" | "on_advance"} [webhookDispatch] when webhooks go out
 *
 * @typedef {object} Options
 * @property {string} [world] one of the server's worlds, made on first use
 * @property {string} [token] the server's SANDBOX_ADMIN_TOKEN, if it has one; unless given, the variable of that name
 * @property {number} [timeout] seconds of real time that an answer may take, while the server shows that it lives: 300
 * @property {Start} [start] how the world begins at a reset, where that does not say
 * @property {string} [prefix] stands before the names of the worlds that `world` hands out
 *
 * @typedef {"svg" | "mmd" | "json"} Format of a story
 */

const FORMATS = ["svg", "mmd", "json"];
/** Milliseconds between two calls that nobody answers. */
const PAUSE = 20;

/** A running sandbox, or one world of it. */
export class Sandbox {
  #connection;
  #receivers;
  #name;
  #ofWorld;
  #start;
  #prefix;
  /** @type {Sandbox} */
  #home = this;
  /** @type {Map<string, Promise<Sandbox>>} */
  #others = new Map();

  /**
   * A client of the sandbox at an address; with `/w/<name>`, of one of its worlds.
   * @param {string} [url] the variable SANDBOX_URL, unless given, or `http://127.0.0.1:8426`
   * @param {Options} [options]
   */
  constructor(url = process.env.SANDBOX_URL || "http://127.0.0.1:8426", options = {}) {
    const { world, token = process.env.SANDBOX_ADMIN_TOKEN, timeout = 300, start = {}, prefix = "" } = options;
    const [base, named] = String(url).replace(/\/+$/, "").replace(/\/_sandbox$/, "").replace(/\/+$/, "").split("/w/");
    this.#name = world ?? (named || undefined);
    this.#start = start;
    this.#prefix = prefix;
    this.#ofWorld = (/** @type {string} */ name) =>
      new Sandbox(base, { world: name, token, timeout, start, prefix });
    this.#connection = new Connection(base, this.#name, token, timeout);
    this.#receivers = new Receivers(this.#connection);
    /** What the code under test takes as both providers' base URL. */
    this.url = this.#connection.url;
    this.clock = new Clock(this.#connection, this.#receivers);
    this.scenarios = new Scenarios(this.#connection);
    this.weather = new Weather(this.#connection);
    this.lean = new Lean(this.#connection, this.#name, this.#receivers);
    this.lahza = new Lahza(this.#connection, this.#name, this.#receivers);
    /** All there are, whoever's. */
    this.payments = new Ledger(this.#connection, "payments");
    /** All there are, whoever's. */
    this.refunds = new Ledger(this.#connection, "refunds");
    this.requests = new Requests(this.#connection);
    this.webhooks = new Webhooks(this.#connection, this.#receivers);
    this.snapshots = new Snapshots(this.#connection);
    /** The worlds of the server. */
    this.worlds = new Worlds(this.#connection);
  }

  toString() {
    return this.url;
  }

  /** Close its connections, those to other worlds too; the sandbox itself runs on. */
  async close() {
    this.#connection.close();
    for (const other of await this.others()) other.#connection.close();
  }

  /**
   * Another world of the same server, made on first use and isolated in all respects.
   * @param {string} name
   * @returns {Promise<Sandbox>}
   */
  async world(name) {
    const others = this.#home.#others;
    const made = others.get(name) ?? this.#begun(name);
    others.set(name, made);
    made.catch(() => others.delete(name)); // (the caller is told, and may try again)
    return made;
  }

  /** @param {string} name */
  async #begun(name) {
    const other = this.#ofWorld(this.#prefix + name);
    other.#home = this.#home;
    if (Object.keys(this.#start).length) await other.reset();
    return other;
  }

  /**
   * The worlds that `world` has handed out.
   * @returns {Promise<Sandbox[]>}
   */
  async others() {
    return Promise.all(this.#home.#others.values());
  }

  /** Remove the worlds that `world` has handed out; used again, they are made anew. The default one is reset. */
  async forgetWorlds() {
    const others = await this.others();
    this.#home.#others.clear();
    const there = others.length ? (await this.worlds.all()).map(({ name }) => name) : [];
    for (const other of others) {
      if (other.#name === "default") await other.reset();
      else if (other.#name && there.includes(other.#name)) await this.worlds.remove(other.#name);
      other.#connection.close();
    }
  }

  /**
   * Any call of the admin API: `call("GET", "scenarios")`; the JSON that answers it.
   * @param {string} method such as `GET`
   * @param {string | readonly (string | number)[]} path below `/_sandbox`: text, or its parts
   * @param {Ask} [ask]
   */
  async call(method, path, ask) {
    return this.#connection.call(method, path, ask);
  }

  /**
   * Any provider of the server by its name; `lean` and `lahza` are properties, too.
   * @param {string} name
   * @returns {Provider}
   */
  provider(name) {
    const known = [this.lean, this.lahza].find((each) => each.name === name);
    return known ?? new Provider(this.#connection, this.#name, name, this.#receivers);
  }

  /**
   * `status`, `version` and the world's time, `now`.
   * @param {{ wait?: Span }} [how] `wait`: ask until one answers, for as long as that
   * @returns {Promise<{ status: string, version: string, now: string }>}
   */
  async health({ wait } = {}) {
    const until = Date.now() + (wait === undefined ? 0 : seconds("wait", wait) * 1000);
    for (;;) {
      const timeout = wait === undefined ? PATIENCE : Math.min(PATIENCE, Math.max(until - Date.now(), PAUSE));
      try {
        return /** @type {any} */ (await this.#connection.call("GET", "health", { timeout }));
      } catch (error) {
        if (!(error instanceof Unreachable) || Date.now() >= until) throw error;
      }
      await pause(PAUSE);
    }
  }

  /**
   * What is there from the start: `(await fixtures()).lean.payments.reconciled.id`.
   * @returns {Promise<Record<string, Record<string, Record<string, Json>>>>}
   */
  async fixtures() {
    return this.#connection.call("GET", "fixtures");
  }

  /** What was paid and refunded, by the id of each payment, the oldest first. */
  async ledger() {
    const refunds = await this.refunds.all(); // first: each payment of theirs is there by then
    return accounts(await this.payments.all(), refunds);
  }

  /**
   * Let all happen that is to come, and require that a merchant's own books are right; `ExpectationFailed` says where
   * they differ. A payment of which the merchant's own calls have refunded something must stand in them.
   * @param {Books} mine by the payment's id, or what else it is called (Lahza's `reference`), those of `paid`,
   *   `refunded`, `pending` and `failed` that the merchant keeps, in minor units: `{ "order-1": { refunded: 2000 } }`
   */
  async assertAgrees(mine) {
    await this.clock.advanceUntilIdle();
    const found = differences(await this.ledger(), mine);
    if (found.length) {
      throw new ExpectationFailed(["the merchant's books differ from the provider's:", ...found].join("\n  "));
    }
  }

  /**
   * A scenario that is on until the callback has ended; without one, until the end of the block, by `await using`.
   * @template T
   * @overload
   * @param {string} name
   * @param {Json} parameters
   * @param {(scenario: Scenario) => T | Promise<T>} callback
   * @returns {Promise<T>}
   */
  /**
   * @overload
   * @param {string} name
   * @param {Json} [parameters]
   * @returns {Promise<Scenario & AsyncDisposable>}
   */
  /**
   * @param {string} name
   * @param {Json} [parameters]
   * @param {(scenario: Scenario) => unknown} [callback]
   */
  async scenario(name, parameters = {}, callback) {
    return callback ? this.scenarios.during(name, parameters, callback) : this.scenarios.held(name, parameters);
  }

  /**
   * Make the world as it starts, at a moment if one is given; snapshots stay.
   * @param {Start} [how]
   */
  async reset(how = {}) {
    const body = worded({ ...this.#start, ...given(how) });
    return /** @type {ClockState} */ (await this.#connection.call("POST", "reset", { body }));
  }

  /**
   * Make documents up; how many were added. The same `seed` makes the same ones; without one, each call makes new ones.
   * @param {{ payments?: number, transactions?: number, refunds?: number, leanRefunds?: number, lahzaRefunds?: number,
   *   seed?: number, offset?: number }} counts `payments` are Lean's, `transactions` Lahza's, `refunds` as many of
   *   each; `offset`: how many of the seed to leave out
   * @returns {Promise<Record<string, number>>}
   */
  async seed(counts) {
    return this.#connection.call("POST", "seed", { body: worded(counts) });
  }

  /** Each provider's switches and times. */
  async settings() {
    return this.#connection.call("GET", "settings");
  }

  /**
   * Change some: `changeSettings({ lean: { pending_after: "2s" } })`; returns all.
   * @param {Json} changes
   */
  async changeSettings(changes) {
    return this.#connection.call("PATCH", "settings", { body: changes });
  }

  /**
   * What happened in the world, the oldest first, as text. `Refused`: 404, there is nothing of that name.
   * @param {string | number} [subject] the id or the reference of a payment or a refund, for its story alone
   * @param {{ format?: Format, limit?: number, file?: string }} [how] `format`: svg, a picture, unless given; mmd, a
   *   diagram of Mermaid's; or json. `limit`: that many events, the latest; 200, unless given. `file`: where to write
   *   it, too
   */
  async story(subject, { format = "svg", limit, file } = {}) {
    if (!FORMATS.includes(format)) {
      throw new TypeError(`there is no format ${shown(format)}, only ${FORMATS.join(", ")}`);
    }
    const told = await this.#connection.text(`story.${format}`, { subject, limit });
    if (file !== undefined) await writeFile(file, told);
    return told;
  }

  /**
   * Wait until a condition holds; returns what it returned. A frozen clock is moved from event to event, so nobody
   * sleeps; while one runs, time passes. `NeverHappened`: it did not hold by then.
   * @template T
   * @param {() => T | Promise<T>} condition something true, once it holds; it may be async
   * @param {{ within?: Span }} [how] how much of the world's time it may take. Unless given, until nothing more is to
   *   come; where the clock runs, 30 seconds of real time
   * @returns {Promise<T>}
   */
  async waitFor(condition, { within } = {}) {
    return waitFor(this.clock, this.webhooks, condition, within);
  }
}
