/** Where webhooks go, and how each delivery went. */

import { Part } from "./connection.js";
import { given, shown } from "./moments.js";
import { PULL } from "./receivers.js";

/** @import { Connection, Json } from "./connection.js" */
/** @import { Receiver, Receivers } from "./receivers.js" */

/**
 * @typedef {object} Attempt
 * @property {string} at
 * @property {number | null} status
 * @property {string | null} error why there was no answer
 * @property {number} duration_ms
 * @property {string | null} answer
 *
 * A webhook, and how it went: `status` is collected, waiting, pending, delivered, failed or lost.
 * @typedef {object} Delivery
 * @property {number} id
 * @property {string} at
 * @property {string | null} sent_at
 * @property {string} provider
 * @property {string} event
 * @property {string} subject
 * @property {string | null} url
 * @property {"collected" | "waiting" | "pending" | "delivered" | "failed" | "lost"} status
 * @property {string | null} next_attempt_at
 * @property {any} body
 * @property {Attempt[]} attempts
 * @property {string | null} hint
 *
 * Where they go; `secret` is struck out.
 * @typedef {object} Address
 * @property {string} provider
 * @property {string | null} domain
 * @property {string} url
 * @property {string | null} secret
 * @property {string[] | null} events
 */

/** How many deliveries are asked for at once. */
const PAGE = 5000;

/** The world's webhooks. */
export class Webhooks extends Part {
  #receivers;

  /**
   * @param {Connection} connection
   * @param {Receivers} receivers
   */
  constructor(connection, receivers) {
    super(connection);
    this.#receivers = receivers;
  }

  /** Where they go. */
  async addresses() {
    return /** @type {Address[]} */ ((await this._call("GET", "webhooks")).webhooks);
  }

  /**
   * Let a provider's webhooks go to a receiver, from now on: a URL, or a function that takes a `Webhook`.
   *
   * A function is called while the test waits for webhooks, inside of `advance`, `settle`, `waitFor` or `flush`; what
   * it returns or throws is the receiver's answer. It may be async.
   * @param {string} provider lean or lahza
   * @param {string | URL | Receiver} receiver
   * @param {{ secret?: string, events?: string[], domain?: string }} [how] `secret` signs them, unless given the
   *   provider's own; `events` those alone; `domain` Lahza's: test, unless given, or live
   */
  async sendTo(provider, receiver, { secret, events, domain } = {}) {
    const isFunction = typeof receiver === "function";
    if (!isFunction && typeof receiver !== "string" && !(receiver instanceof URL)) {
      throw new TypeError(`${shown(receiver)} is neither a URL nor a function`);
    }
    if (isFunction && "listen" in receiver) {
      throw new TypeError("an application is no receiver: give its address, or a function that calls it");
    }
    const body = given({ url: isFunction ? PULL : String(receiver), secret, events, domain });
    const address = /** @type {Address} */ (await this._call("PUT", ["webhooks", provider], { body }));
    this.#receivers.drop(provider, address.domain);
    if (isFunction) this.#receivers.add(provider, address.domain, receiver);
    return address;
  }

  /**
   * Send a provider's webhooks nowhere; they are collected.
   * @param {string} provider
   * @param {{ domain?: string }} [which]
   */
  async stop(provider, { domain } = {}) {
    await this._call("DELETE", ["webhooks", provider], { query: { domain } });
    this.#receivers.drop(provider, domain);
  }

  /** Let go out what waits for the clock to be moved, and wait for all that is under way; what was tried. */
  async flush() {
    return this.#receivers.flush();
  }

  /** Let go out what waits for the test; what goes out by itself is not waited for. */
  async letGo() {
    const settings = await this._call("GET", "settings");
    if (settings.webhook_dispatch === "on_advance") await this.flush();
    else await this.#receivers.serve();
  }

  /**
   * Those that match, as they went out; also what had no address to go to.
   * @param {{ provider?: string, event?: string, subject?: string | number, status?: Delivery["status"], limit?: number }}
   *   [which] `subject` is the id of what it is about; `limit` that many, the latest, unless given all that are kept
   */
  async deliveries({ provider, event, subject, status, limit = Infinity } = {}) {
    /** @type {Json} */
    const query = given({ provider, event, subject, status });
    /** @type {Delivery[]} */
    let found = [];
    for (;;) {
      query.limit = Math.min(PAGE, limit - found.length);
      const page = await this._call("GET", "webhooks/deliveries", { query });
      found = [...page.deliveries, ...found];
      if (!page.more || limit === found.length) return found;
      query.before = found[0].id;
    }
  }

  /** The latest as text for people, oldest first. */
  async told(most = 20) {
    const found = await this._call("GET", "webhooks/deliveries", { query: { limit: most } });
    const before = found.more ? [`… ${found.more} before that`] : [];
    return [...before, ...found.deliveries.map(told)].join("\n") || "none";
  }

  /**
   * Try one once more, now.
   * @param {number} id
   */
  async redeliver(id) {
    const tried = /** @type {Delivery} */ (await this._call("POST", ["webhooks", "deliveries", id, "redeliver"]));
    return (await this.#receivers.serve()).find((each) => each.id === id) ?? tried;
  }
}

/** @param {Delivery} delivery */
function told({ at, event, subject, status, attempts, url, hint }) {
  const lines = [`${at}  ${event} ${subject}: ${status}`];
  const to = url === PULL ? "the test's receiver" : url;
  /** @type {{ came: unknown, at: string, times: number, until: string }[]} */
  const groups = [];
  for (const attempt of attempts) {
    const came = attempt.error || attempt.status;
    const last = groups.at(-1);
    if (last?.came === came) Object.assign(last, { times: last.times + 1, until: attempt.at });
    else groups.push({ came, at: attempt.at, times: 1, until: attempt.at });
  }
  for (const { came, at, times, until } of groups) {
    lines.push(`  to ${to} at ${at}: ${came}${times > 1 ? `, ${times} times until ${until}` : ""}`);
  }
  if (hint !== null) lines.push(`  hint: ${hint}`);
  return lines.join("\n");
}
