/**
 * Receivers of webhooks that are no servers: functions of the test.
 *
 * Deliveries wait in the sandbox until the test waits for them; then they are handed over, one after the other.
 */

import { shown } from "./moments.js";

/** @import { Connection, Json } from "./connection.js" */
/** @import { Delivery } from "./webhooks.js" */

/** In the place of an address: deliveries wait to be fetched. */
export const PULL = "pull:";
/** Deliveries handed over in one go; more can only be those that cause each other. */
const MOST = 100_000;
/** Characters of an answer, and of an error, that are kept. */
const SHOWN = 1000;
const MOST_OF_AN_ERROR = 500;

/** A delivery as it would go over the wire. */
export class Webhook {
  /** @param {Json} waiting */
  constructor({ provider, event, subject, headers, text }) {
    /** @type {string} */
    this.provider = provider;
    /** @type {string} */
    this.event = event;
    /** @type {string} */
    this.subject = subject;
    /** @type {Record<string, string>} those that the provider sends, the signature among them */
    this.headers = headers;
    /** @type {Buffer} byte for byte */
    this.body = Buffer.from(text);
  }

  /**
   * What the body says.
   * @returns {any}
   */
  get json() {
    return JSON.parse(this.body.toString());
  }
}

/**
 * It answers with nothing (200), a status, `[status, body]`, or a response: fetch's, or what has `status` or
 * `statusCode`.
 * @typedef {(webhook: Webhook) => unknown} Receiver
 */

/** Those of one client, by provider and domain. */
export class Receivers {
  #connection;
  /** @type {Map<string, Receiver>} */
  #known = new Map();

  /** @param {Connection} connection */
  constructor(connection) {
    this.#connection = connection;
  }

  /** Whether there are any. */
  get any() {
    return this.#known.size > 0;
  }

  /**
   * Hand the deliveries of a provider's domain to a receiver.
   * @param {string} provider
   * @param {string | null} domain
   * @param {Receiver} receiver
   */
  add(provider, domain, receiver) {
    this.#known.set(`${provider} ${domain}`, receiver);
  }

  /**
   * Hand no more over: those of one domain, or of all.
   * @param {string} provider
   * @param {string | null} [domain]
   */
  drop(provider, domain) {
    for (const key of [...this.#known.keys()]) {
      const [its, of] = key.split(" ");
      if (its === provider && (domain === undefined || of === String(domain))) this.#known.delete(key);
    }
  }

  /** Hand over all that waits, in its order, and what that causes; how each went. */
  async serve() {
    /** @type {Delivery[]} */
    const served = [];
    while (this.any) {
      const waiting = (await this.#connection.call("POST", "webhooks/deliveries/pull")).delivery;
      if (waiting === null) break;
      if (served.length === MOST) {
        throw new Error(`after ${MOST} webhooks a receiver still causes more of them`);
      }
      const path = ["webhooks", "deliveries", waiting.id, "answer"];
      const told = await this.#connection.call("POST", path, { body: await this.#answer(waiting) });
      served.push(/** @type {Delivery} */ (told));
    }
    return served;
  }

  /** Let go out what waits, here and in the sandbox, and what that causes; what was tried. */
  async flush() {
    /** @type {Map<number, Delivery>} */
    const tried = new Map();
    for (;;) {
      const { deliveries } = await this.#connection.call("POST", "webhooks/deliveries/flush");
      const served = await this.serve();
      for (const each of [...deliveries, ...served]) tried.set(each.id, each);
      if (!served.length) return [...tried.values()];
    }
  }

  /**
   * What a receiver makes of a delivery, as the admin API takes it.
   * @param {Json} waiting
   */
  async #answer(waiting) {
    const receiver = this.#known.get(`${waiting.provider} ${waiting.domain}`);
    if (!receiver) return { error: "this client has no receiver for it" };
    try {
      return await told(await receiver(new Webhook(waiting)));
    } catch (error) {
      return { error: String(error).slice(0, MOST_OF_AN_ERROR) };
    }
  }
}

/** @param {any} answer */
async function told(answer) {
  const [status, body] = Array.isArray(answer) && answer.length === 2 ? answer : [answer, ""];
  if (status === undefined || status === null) return { status: 200, body: "" };
  if (isStatus(status)) return { status, body: String(body).slice(0, SHOWN) };
  const its = status.status ?? status.statusCode;
  if (isStatus(its)) {
    const text = typeof status.text === "function" ? await status.text() : status.body;
    return { status: its, body: typeof text === "string" ? text.slice(0, SHOWN) : "" };
  }
  const means = "give nothing, a status from 100 to 599, [status, body] or a response";
  return { error: `the receiver returned ${shown(answer).slice(0, 100)}: ${means}` };
}

/** @param {unknown} value */
const isStatus = (value) => Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 599;
