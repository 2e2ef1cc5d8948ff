/** Waiting for something, by moving a frozen clock; only where the clock runs does time pass. */

import { setTimeout as pause } from "node:timers/promises";
import { NeverHappened } from "./errors.js";
import { seconds, shown } from "./moments.js";

/** @import { Clock, Happening } from "./clock.js" */
/** @import { Span } from "./moments.js" */
/** @import { Webhooks } from "./webhooks.js" */

/** Seconds of real time, where the clock runs. */
const PATIENCE = 30;
/** Milliseconds of real time between two looks at a world whose clock runs. */
const PAUSE = 20;
const SHOWN = 10;

/**
 * What a condition returns, once that is something true: see `Sandbox.waitFor`.
 * @template T
 * @param {Clock} clock
 * @param {Webhooks} webhooks
 * @param {() => T | Promise<T>} condition
 * @param {Span | undefined} within
 * @returns {Promise<T>}
 */
export async function waitFor(clock, webhooks, condition, within) {
  if (typeof condition !== "function") throw new TypeError(`${shown(condition)} is no function that looks`);
  const span = within === undefined ? undefined : seconds("within", within);
  const { mode, now, rate } = await clock.state();
  const until = (/** @type {number} */ span) => new Date(Date.parse(now) + span * 1000);
  if (mode === "frozen") return byMoving(clock, condition, span === undefined ? undefined : until(span));
  return byWaiting(clock, webhooks, condition, until(span ?? PATIENCE * rate));
}

/**
 * @template T
 * @param {Clock} clock
 * @param {() => T | Promise<T>} condition
 * @param {Date | undefined} until
 */
async function byMoving(clock, condition, until) {
  const seen = (await clock.settle()).events;
  for (;;) {
    const holds = await condition();
    if (holds) return holds;
    const due = (await clock.state()).next_due_at;
    if (due === null || (until && new Date(due) > until)) {
      throw new NeverHappened(`It does not hold, and ${toCome(due, until)}. On the way happened: ${told(seen)}`);
    }
    seen.push(...(await clock.advance({ to: due })).events);
  }
}

/**
 * @template T
 * @param {Clock} clock
 * @param {Webhooks} webhooks
 * @param {() => T | Promise<T>} condition
 * @param {Date} until
 */
async function byWaiting(clock, webhooks, condition, until) {
  for (;;) {
    const holds = await condition();
    if (holds) return holds;
    const { now, next_due_at } = await clock.state();
    if (new Date(now) > until) {
      throw new NeverHappened(`It does not hold by ${until.toISOString()}; ${toCome(next_due_at, until)}.`);
    }
    await webhooks.letGo();
    await pause(PAUSE);
  }
}

/**
 * @param {string | null} due
 * @param {Date | undefined} until
 */
function toCome(due, until) {
  if (due === null) return "nothing more is to come";
  return `what comes next is at ${due}${until ? `, after ${until.toISOString()}` : ""}`;
}

/** @param {Happening[]} seen */
function told(seen) {
  const lines = seen.map(({ at, kind, subject, from, to }) => `${at} ${kind} ${subject}: ${from} → ${to}`);
  const more = lines.length > SHOWN ? [`… ${lines.length - SHOWN} before that`] : [];
  return [...more, ...lines.slice(-SHOWN)].map((line) => `\n  ${line}`).join("") || "nothing";
}
