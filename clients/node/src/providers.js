/**
 * What a test does in a provider's stead: pays, and decides how things end.
 *
 * Amounts are in the provider's own unit: Lean's major, Lahza's minor. Documents are in the provider's own wire form.
 * What is left out is as the admin API has it.
 */

import { given, worded } from "./moments.js";

/** @import { Connection, Json } from "./connection.js" */
/** @import { Span } from "./moments.js" */
/** @import { Receivers } from "./receivers.js" */

/** Any provider's payer, and the outcome of its documents. */
export class Provider {
  #connection;
  #receivers;
  #paid;

  /**
   * @param {Connection} connection
   * @param {string | undefined} world
   * @param {string} name
   * @param {Receivers} receivers
   * @param {string} [paid] what payers make, in the paths of its part of the admin API
   */
  constructor(connection, world, name, receivers, paid = "payments") {
    this.name = name;
    /** @protected */
    this._world = world ?? "default";
    this.#connection = connection;
    this.#receivers = receivers;
    this.#paid = paid;
  }

  /**
   * A call of its part of the admin API: `call("POST", "payments", { body: { amount: 5 } })`.
   * @param {string} method
   * @param {string | readonly (string | number)[]} path
   * @param {{ body?: unknown }} [ask]
   * @returns {Promise<Json>}
   */
  async call(method, path, { body } = {}) {
    const parts = typeof path === "string" ? path.split("/") : path;
    return this.#connection.call(method, [this.name, ...parts], { body });
  }

  /**
   * What leads a call of the provider's API into this world.
   * @returns {Record<string, string>}
   */
  get headers() {
    return { "Sandbox-World": this._world };
  }

  /**
   * A payer pays; what may be said is the provider's to say.
   * @param {Json} [values]
   */
  async pay(values = {}) {
    return this.call("POST", this.#paid, { body: worded(values) });
  }

  /**
   * Change what was paid: any value that `pay` takes, but for Lean's `description`.
   * @param {string | number} id
   * @param {Json} values
   */
  async change(id, values) {
    return this.call("PATCH", [this.#paid, id], { body: worded(values) });
  }

  /**
   * Bring a document to a state now: a refund, or for Lean another `kind`: `"payout"`, `"reconciliation"`, `"consent"`
   * or `"account-on-file-payment"`.
   *
   * Webhooks that are sent on advance go out inside of it. `Refused`: 404, there is none; 409, that state can't follow
   * its own.
   * @param {string | number} id
   * @param {string} status
   * @param {{ reason?: string, kind?: string }} [more]
   */
  async settle(id, status, { reason, kind = "refund" } = {}) {
    const settled = await this.call("POST", [`${kind}s`, id, "settle"], { body: given({ status, reason }) });
    if ((await this.#receivers.serve()).length) await this.#receivers.flush(); // what they caused may wait, too
    return settled;
  }
}

/**
 * @typedef {object} LeanPayment
 * @property {number} [amount] in major units
 * @property {string} [currency]
 * @property {string} [status]
 * @property {string} [failureCode]
 * @property {string} [reconciliation]
 * @property {Span} [reconcileAfter]
 * @property {string} [paymentIntentId]
 * @property {string} [customerId]
 * @property {string} [description]
 *
 * @typedef {object} Bank
 * @property {string} [bankIdentifier]
 * @property {string} [status]
 * @property {string} [failureCode]
 */

/** Lean's payer, the bank, and what Lean has set up for you. Amounts are in major units. */
export class Lean extends Provider {
  /**
   * @param {Connection} connection
   * @param {string | undefined} world
   * @param {Receivers} receivers
   */
  constructor(connection, world, receivers) {
    super(connection, world, "lean", receivers);
  }

  /** A `lean-app-token`, or a client id, that names this world. */
  get appToken() {
    return `world-${this._world}`;
  }

  /**
   * Credentials for a call in this world.
   * @returns {Record<string, string>}
   */
  get headers() {
    return { "lean-app-token": this.appToken };
  }

  /**
   * A payer pays: 100 AED, reconciled, unless said; or what an intent says.
   * @param {LeanPayment} [values]
   */
  async pay(values = {}) {
    return super.pay(values);
  }

  /**
   * @param {string} id
   * @param {Omit<LeanPayment, "description">} values
   */
  async change(id, values) {
    return super.change(id, values);
  }

  /**
   * Money arrives for a payment: what was paid, now, unless said.
   * @param {string} paymentId
   * @param {{ amount?: number, after?: Span }} [values]
   */
  async deposit(paymentId, values = {}) {
    return this.call("POST", "deposits", { body: worded({ paymentId, ...values }) });
  }

  /**
   * A customer says yes on a session's page; returns the payment.
   * @param {string} sessionId
   * @param {Bank} [bank]
   */
  async paySession(sessionId, bank = {}) {
    return this.call("POST", ["sessions", sessionId, "pay"], { body: worded(bank) });
  }

  /**
   * A customer says no on a session's page; returns the session.
   * @param {string} sessionId
   */
  async declineSession(sessionId) {
    return this.call("POST", ["sessions", sessionId, "decline"]);
  }

  /**
   * A payer fills in a payment link's page; returns the usage, which is STARTED.
   * @param {string} paymentLinkId
   * @param {readonly (string | null)[]} [identifiers] what is typed for each of the link's, in their order
   */
  async beginUsage(paymentLinkId, identifiers = []) {
    return this.call("POST", ["payment-links", paymentLinkId, "usages"], { body: { identifiers } });
  }

  /**
   * A payer fills in a payment link's page and says yes to his bank; returns the payment.
   * @param {string} paymentLinkId
   * @param {readonly (string | null)[]} [identifiers]
   * @param {Bank} [bank]
   */
  async payLink(paymentLinkId, identifiers = [], bank = {}) {
    return this.#answerBank(paymentLinkId, identifiers, "pay", worded(bank));
  }

  /**
   * He says no to his bank; returns the usage, which has FAILED.
   * @param {string} paymentLinkId
   * @param {readonly (string | null)[]} [identifiers]
   */
  async declineLink(paymentLinkId, identifiers = []) {
    return this.#answerBank(paymentLinkId, identifiers, "decline", {});
  }

  /**
   * @param {string} linkId
   * @param {readonly (string | null)[]} identifiers
   * @param {string} answer
   * @param {Json} body
   */
  async #answerBank(linkId, identifiers, answer, body) {
    const usage = await this.beginUsage(linkId, identifiers);
    return this.call("POST", ["payment-links", linkId, "usages", usage.usage_id, answer], { body });
  }

  /**
   * A customer connects an account to pay from, before anything is paid. It is in AED, and may pay to your default
   * destination at once, unless said.
   * @param {string} customerId
   * @param {{ bankIdentifier?: string, currency?: string, paymentDestinationId?: string, coolOff?: Span }} [values]
   */
  async connectSource(customerId, values = {}) {
    return this.call("POST", "payment-sources", { body: worded({ customerId, ...values }) });
  }

  /**
   * A payment source may pay to one more destination, at once unless said; returns the source.
   * @param {string} paymentSourceId
   * @param {string} paymentDestinationId
   * @param {{ coolOff?: Span }} [values]
   */
  async addBeneficiary(paymentSourceId, paymentDestinationId, values = {}) {
    const body = worded({ paymentDestinationId, ...values });
    return this.call("POST", ["payment-sources", paymentSourceId, "beneficiaries"], { body });
  }

  /**
   * Change what Lean has set up for your application.
   * @param {{ payoutsConfigured?: boolean, products?: string[] }} values
   */
  async setUp(values) {
    return this.call("PATCH", "application", { body: worded(values) });
  }
}

/**
 * @typedef {object} LahzaPayment
 * @property {number} [amount] in minor units
 * @property {string} [currency]
 * @property {string} [status]
 * @property {string} [reference]
 * @property {"test" | "live"} [domain]
 * @property {string} [email]
 */

/** Lahza's payer, and the merchant's balance. Amounts are in minor units. */
export class Lahza extends Provider {
  /**
   * @param {Connection} connection
   * @param {string | undefined} world
   * @param {Receivers} receivers
   */
  constructor(connection, world, receivers) {
    super(connection, world, "lahza", receivers, "transactions");
  }

  /** A secret key, of the domain `test`, that names this world. */
  get secretKey() {
    return `sk_test_world_${this._world}`;
  }

  /**
   * Credentials for a call in this world.
   * @returns {Record<string, string>}
   */
  get headers() {
    return { Authorization: `Bearer ${this.secretKey}` };
  }

  /**
   * A payer pays: 10000 agorot, successfully, unless said.
   * @param {LahzaPayment} [values]
   */
  async pay(values = {}) {
    return super.pay(values);
  }

  /**
   * @param {string | number} id
   * @param {LahzaPayment} values
   */
  async change(id, values) {
    return super.change(id, values);
  }

  /**
   * Set the merchant's balance, such as `{ ILS: 5000 }`; refunds then draw on it.
   * @param {Record<string, number>} minorUnits
   */
  async setBalance(minorUnits) {
    return this.call("PATCH", "merchant", { body: { balance: minorUnits } });
  }
}
