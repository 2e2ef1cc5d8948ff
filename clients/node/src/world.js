/** A world for each test, and what the report of one that fails shows. */

import { randomUUID } from "node:crypto";
import { Sandbox } from "./control.js";
import { Unreachable } from "./errors.js";

/** @import { Json } from "./connection.js" */
/** @import { Options, Start } from "./control.js" */

/** @typedef {string[] | { seed: number, profile?: string | Json }} WantedWeather disturbances, or what to draw */
/** @typedef {Start & Pick<Options, "token" | "timeout"> & { url?: string, weather?: WantedWeather }} Wanted */

const NOW = "2027-01-01T09:00:00Z";

/**
 * A fresh world of the server at SANDBOX_URL. Its clock stands at nine in the morning of 1 January 2027, UTC, and its
 * ids are of seed 0, unless said.
 * @param {Wanted} [wanted]
 */
export async function begin({ url, token, timeout, weather, ...start } = {}) {
  const world = `node-${randomUUID()}`;
  const fresh = start.mode === "realtime" ? {} : { mode: /** @type {const} */ ("frozen"), now: NOW };
  const sandbox = new Sandbox(url, { world, token, timeout, prefix: `${world}.`, start: { ...fresh, seed: 0, ...start } });
  try {
    await sandbox.reset();
    if (Array.isArray(weather)) await sandbox.weather.set(...weather);
    else if (weather) await sandbox.weather.draw(weather.seed, weather.profile);
  } catch (error) {
    if (error instanceof Unreachable) {
      error.message += ". Start one with `refund-sandbox`, or say in SANDBOX_URL where it is";
    }
    throw error;
  }
  return sandbox;
}

/**
 * Remove a test's world, and those that it asked for.
 * @param {Sandbox} sandbox
 */
export async function end(sandbox) {
  await sandbox.forgetWorlds();
  await sandbox.worlds.remove(sandbox.url.slice(sandbox.url.lastIndexOf("/") + 1));
  await sandbox.close();
}

/**
 * Put into an error what went over the wire.
 * @param {unknown} error
 * @param {Sandbox} sandbox
 */
export async function explain(error, sandbox) {
  if (!isError(error)) return;
  const { message, stack = "" } = error;
  const text = `${message}\n\n${await report(sandbox)}\n`;
  error.message = text;
  error.stack = message && stack.includes(message) ? stack.replace(message, () => text) : `${text}${stack}`;
}

/**
 * Whether something is an error, maybe one of another realm's.
 * @param {any} value
 * @returns {value is Error}
 */
const isError = (value) => typeof value?.message === "string";

/**
 * What went over the wire, in sections.
 * @param {Sandbox} sandbox
 */
async function report(sandbox) {
  try {
    const sections = [];
    for (const each of [sandbox, ...(await sandbox.others())]) {
      const of = each === sandbox ? "" : ` of ${each}`;
      const isFirst = each === sandbox;
      sections.push(section(`requests${of}`, await each.requests.told(), isFirst));
      sections.push(section(`webhooks${of}`, await each.webhooks.told(), isFirst));
      sections.push(section(`scenarios${of}`, await each.scenarios.told()));
    }
    return sections.filter(Boolean).join("\n");
  } catch (error) {
    return `payments sandbox: can't be shown: ${/** @type {Error} */ (error).message}`; // the test's error matters more
  }
}

/**
 * @param {string} title
 * @param {string} told
 * @param {boolean} [always] also where there is nothing to tell
 */
const section = (title, told, always = false) =>
  always || told !== "none" ? `--- payments sandbox: ${title} ---\n${told}` : "";
