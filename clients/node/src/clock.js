/** The world's clock, in a test's hands. */

import { Part } from "./connection.js";
import { Refused } from "./errors.js";
import { given, isInUnits, plain } from "./moments.js";

/** @import { Connection, Json } from "./connection.js" */
/** @import { Moment, Span, Units } from "./moments.js" */
/** @import { Receivers } from "./receivers.js" */
/** @import { Delivery } from "./webhooks.js" */

/**
 * How the clock stands: `due` events are to come, the first at `next_due_at`.
 * @typedef {object} ClockState
 * @property {"realtime" | "frozen"} mode
 * @property {string} now
 * @property {number} rate
 * @property {number} due
 * @property {string | null} next_due_at
 *
 * An event: `subject` (an id, of that kind) went from one state to another.
 * @typedef {object} Happening
 * @property {string} at
 * @property {string} kind
 * @property {string} provider
 * @property {string} subject
 * @property {string} from
 * @property {string} to
 *
 * @typedef {{ events: number, deliveries: number }} Counts
 *
 * What happened on the way, and the webhooks that were made or tried. `dropped` counts what the sandbox does not
 * keep; `more` what another advance, or a reset, took away before it could be asked for.
 * @typedef {object} Advance
 * @property {string} from
 * @property {string} now
 * @property {Happening[]} events
 * @property {Delivery[]} deliveries
 * @property {Counts} more
 * @property {Counts} dropped
 */

/** How many events, and deliveries, are asked for at once. */
const PAGE = 5000;

/** Moves the world's time. It only goes forward, but for a reset. */
export class Clock extends Part {
  #receivers;

  /**
   * @param {Connection} connection
   * @param {Receivers} receivers
   */
  constructor(connection, receivers) {
    super(connection);
    this.#receivers = receivers;
  }

  /** How it stands. */
  async state() {
    return /** @type {ClockState} */ (await this._call("GET", "clock"));
  }

  /** The world's time, to the millisecond; `state` has it as the sandbox says it. */
  async now() {
    return new Date((await this.state()).now);
  }

  async isFrozen() {
    return (await this.state()).mode === "frozen";
  }

  /**
   * Let it stand, here or at a later moment; what is due until then happens.
   * @param {Moment} [at]
   */
  async freeze(at) {
    const body = { mode: "frozen", ...given({ now: at }) };
    return /** @type {ClockState} */ (await this._call("PUT", "clock", { body }));
  }

  /**
   * Let it run on from where it stands, `rate` world seconds to a real one.
   * @param {number} [rate]
   */
  async run(rate) {
    const body = { mode: "realtime", ...given({ rate }) };
    return /** @type {ClockState} */ (await this._call("PUT", "clock", { body }));
  }

  /**
   * Move forward: by `"3d"`, a number of seconds or `{ days: 3 }`, or `{ to: moment }`.
   *
   * It returns when all that was due has happened, and its webhooks have been tried. What other calls make go out
   * meanwhile is not waited for: `settle` afterwards does so.
   * @param {Span | { to: Moment }} how
   * @returns {Promise<Advance>}
   */
  async advance(how) {
    const isFar = typeof how === "string" || (typeof how === "number" && Number.isFinite(how)) || isInUnits(how);
    if (isFar) return this.#advance(plain({ by: how }));
    const { to, ...rest } = /** @type {{ to: Moment }} */ (how ?? {});
    if (!to || Object.keys(rest).length) {
      throw new TypeError('say how far: advance("3d"), advance({ days: 3 }) or advance({ to: moment })');
    }
    return this.#advance({ to });
  }

  /** Let all happen that is to come. */
  async advanceUntilIdle() {
    return this.#advance({ until: "idle" });
  }

  /** Let all happen that is due now, and its webhooks be tried; the clock stays. */
  async settle() {
    return this.#advance({ by: 0 });
  }

  /** @param {Json} body */
  async #advance(body) {
    if (this.#receivers.any) return this.#byTurns(body);
    return (await this.#go({ ...body, limit: PAGE })).advance;
  }

  /**
   * One call; what came of it, and the body of the one that goes on.
   * @param {Json} body
   */
  async #go(body) {
    const { left, ...rest } = await this._call("POST", "clock/advance", { body });
    const advance = /** @type {Advance} */ (rest);
    await this.#complete(advance);
    return { advance, left: /** @type {Json | undefined} */ (left) };
  }

  /**
   * The sandbox stops where a delivery waits for a receiver of this client.
   * @param {Json} body
   */
  async #byTurns(body) {
    const served = await this.#receivers.serve();
    let { advance, left } = await this.#go({ ...body, limit: PAGE, pull: true });
    for (let more; (more = await this.#receivers.serve()).length; ) {
      served.push(...more);
      const onward = left ?? ("until" in body ? body : { by: 0 });
      const part = await this.#go({ ...onward, limit: PAGE, pull: true });
      left = part.left;
      advance.now = part.advance.now;
      advance.events.push(...part.advance.events);
      advance.deliveries.push(...part.advance.deliveries);
    }
    const tried = new Map([...advance.deliveries, ...served].map((each) => [each.id, each]));
    advance.deliveries = [...tried.values()].sort((one, other) => one.id - other.id);
    return advance;
  }

  /**
   * Ask for what did not go into the answer, page by page.
   * @param {Advance} advance
   */
  async #complete(advance) {
    while (advance.more.events || advance.more.deliveries) {
      const offset = Math.max(advance.events.length, advance.deliveries.length);
      let page;
      try {
        page = await this._call("GET", "clock/advance", { query: { offset, limit: PAGE } });
      } catch (error) {
        if (error instanceof Refused) return; // the world has been reset meanwhile
        throw error;
      }
      if (page.from !== advance.from || page.now !== advance.now) return;
      advance.events.push(...page.events);
      advance.deliveries.push(...page.deliveries);
      advance.more = page.more;
      advance.dropped = page.dropped;
    }
  }
}
