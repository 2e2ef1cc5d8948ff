/** What was paid and refunded of each payment, and how that agrees with a merchant's own books. */

import { shown } from "./moments.js";

/** @import { Row } from "./ledger.js" */

/**
 * A payment, and what became of it; amounts are in minor units. `references` are what else the payment is called;
 * `decimals` is how many of a major unit's digits are minor. `paid` is 0 until the money has come; `refunded` has gone
 * back, `pending` is on its way, and `failed` never went. `isCalled` says whether a call of the provider's API has made
 * any of its refunds.
 * @typedef {object} Account
 * @property {string} provider
 * @property {string[]} references
 * @property {string} currency
 * @property {number} decimals
 * @property {number} paid
 * @property {number} refunded
 * @property {number} pending
 * @property {number} failed
 * @property {boolean} isCalled
 *
 * @typedef {"paid" | "refunded" | "pending" | "failed"} Figure
 * @typedef {Record<string, Partial<Record<Figure, number>>>} Books by payment
 */

/** @type {Figure[]} */
const FIGURES = ["paid", "refunded", "pending", "failed"];
/** @type {Record<Row["outcome"], Figure>} */
const OF_A_REFUND = { settled: "refunded", open: "pending", failed: "failed" };

/**
 * An account for each payment, by its id, the oldest first.
 * @param {Row[]} payments
 * @param {Row[]} refunds
 */
export function accounts(payments, refunds) {
  /** @type {Map<string, Account>} */
  const found = new Map();
  for (const { id, provider, references, currency, decimals, amount, outcome } of payments.toReversed()) {
    const paid = outcome === "settled" ? amount : 0;
    const moved = { paid, refunded: 0, pending: 0, failed: 0, isCalled: false };
    found.set(id, { provider, references, currency, decimals, ...moved });
  }
  for (const { payment, amount, outcome, by } of refunds) {
    const account = /** @type {Account} */ (found.get(payment));
    account[OF_A_REFUND[outcome]] += amount;
    account.isCalled ||= by !== null;
  }
  return found;
}

/**
 * Where a merchant's books say something else than the provider's, in words. `TypeError`: what is given makes no sense.
 * @param {Map<string, Account>} theirs
 * @param {Books} mine by a payment's id or one of its references
 */
export function differences(theirs, mine) {
  if (Object.prototype.toString.call(mine) !== "[object Object]") {
    throw new TypeError('give figures by payment, as in {"order-1": {"refunded": 2000}}');
  }
  const ids = new Map([...theirs].flatMap(([id, { references }]) => references.map((name) => [name, id])));
  for (const id of theirs.keys()) ids.set(id, id);
  /** @type {Map<string, string>} */
  const named = new Map();
  const found = [];
  for (const [name, figures] of Object.entries(mine)) {
    requireSense(name, figures);
    const id = ids.get(name);
    const account = id === undefined ? undefined : theirs.get(id);
    if (id === undefined || account === undefined) {
      if (Object.values(figures).some(Boolean)) found.push(`${name}: the provider knows no such payment`);
      continue;
    }
    if (named.has(id)) throw new TypeError(`${named.get(id)} and ${name} are the same payment, ${id}`);
    named.set(id, name);
    for (const figure of FIGURES) {
      const [had, said] = [account[figure], figures[figure] ?? account[figure]];
      if (said === had) continue;
      found.push(`${name} (${whose(account)}): ${figure}: yours says ${said}, the provider's ${had}`);
    }
  }
  for (const [id, account] of theirs) {
    if (named.has(id) || !account.isCalled || !(account.refunded + account.pending)) continue;
    const moved = /** @type {Figure[]} */ (["refunded", "pending"]).filter((figure) => account[figure]);
    const says = moved.map((figure) => `${figure} ${account[figure]}`).join(", ");
    const known = [id, ...account.references].join(", ");
    found.push(`${known} (${whose(account)}): yours does not have this payment, the provider's says ${says}`);
  }
  return found;
}

/** @param {Account} account */
const whose = ({ provider, currency }) => `${provider}, ${currency}`;

/**
 * @param {string} name
 * @param {unknown} figures
 */
function requireSense(name, figures) {
  if (typeof figures !== "object" || figures === null) {
    throw new TypeError(`${name}: give figures by their names, as in {"refunded": 2000}`);
  }
  const unknown = Object.keys(figures).filter((key) => !FIGURES.includes(/** @type {Figure} */ (key)));
  if (unknown.length) {
    throw new TypeError(`${name}: unknown: ${unknown.sort().join(", ")}; valid: ${FIGURES.join(", ")}`);
  }
  for (const [figure, amount] of Object.entries(figures)) {
    if (!Number.isInteger(amount)) {
      throw new TypeError(`${name}: ${figure} is ${shown(amount)}, not a whole number of minor units`);
    }
  }
}
