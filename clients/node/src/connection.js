/** Calls of a running sandbox's admin API. */

import { Refused, Unreachable } from "./errors.js";
import { given } from "./moments.js";
import { Transport, said } from "./transports.js";

/**
 * @typedef {Record<string, any>} Json
 *
 * @typedef {object} Ask
 * @property {unknown} [body] a JSON value
 * @property {object} [query] values that are null or undefined are left out
 * @property {number} [timeout] milliseconds that the answer may take
 */

/** The admin API below one address. */
export class Connection {
  #transport;
  #path;

  /**
   * @param {string} url the server's, with no slash behind it
   * @param {string | undefined} world
   * @param {string | undefined} token
   * @param {number} timeout in seconds
   */
  constructor(url, world, token, timeout) {
    if (token !== undefined && !/^[\x20-\x7e]*$/.test(token)) {
      throw new TypeError("the token (SANDBOX_ADMIN_TOKEN) can't be sent: it isn't plain text");
    }
    const parts = URL.canParse(url) ? new URL(url) : null;
    if (!parts || !/^https?:$/.test(parts.protocol) || parts.search) {
      throw new TypeError(`'${url}' is not like http://127.0.0.1:8426`);
    }
    const below = world === undefined ? "" : `/w/${encodeURIComponent(world)}`;
    /** The base URL of this world. */
    this.url = url + below;
    this.#path = `${parts.pathname.replace(/\/+$/, "")}${below}/_sandbox`;
    /** @type {Record<string, string>} */
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    this.#transport = new Transport(parts, headers, timeout * 1000);
  }

  /**
   * The JSON object that answers a call: see `Sandbox.call`.
   * @param {string} method
   * @param {string | readonly (string | number)[]} path its parts below `/_sandbox`
   * @param {Ask} [ask]
   * @returns {Promise<Json>}
   */
  async call(method, path, ask = {}) {
    const { status, text } = await this.#answer(method, path, ask);
    return this.#object(status, text);
  }

  /**
   * The text that answers a GET.
   * @param {string} path
   * @param {object} query
   */
  async text(path, query) {
    const { status, text } = await this.#answer("GET", [path], { query });
    if (status !== 200) this.#object(status, text);
    return text;
  }

  /**
   * @param {string} method
   * @param {string | readonly (string | number)[]} path
   * @param {Ask} ask
   */
  async #answer(method, path, { body, query = {}, timeout }) {
    const parts = typeof path === "string" ? path.split("/") : path;
    const asked = new URLSearchParams();
    for (const [key, value] of Object.entries(given(query))) asked.set(key, written(value));
    const target = [this.#path, ...parts.map((part) => encodeURIComponent(part))].join("/");
    const sent = body === undefined ? undefined : JSON.stringify(body);
    try {
      return await this.#transport.send(method, asked.size ? `${target}?${asked}` : target, sent, timeout);
    } catch (error) {
      throw new Unreachable(`no sandbox answers at ${this.url} (${said(error)})`, { cause: error });
    }
  }

  /**
   * @param {number} status
   * @param {string} text
   * @returns {Json}
   */
  #object(status, text) {
    const value = parsed(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new Unreachable(`what answers at ${this.url} is no sandbox`);
    }
    if (status >= 400) {
      throw new Refused(status, String(value.detail ?? `the answer is ${status}`), value.field);
    }
    return value;
  }

  /** Close the connections; a later call opens a new one. */
  close() {
    this.#transport.close();
  }
}

/** @param {any} value */
const written = (value) => (value instanceof Date ? value.toISOString() : String(value));

/**
 * @param {string} text
 * @returns {any}
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A part of the admin API. */
export class Part {
  /** @type {Connection} */
  #connection;

  /** @param {Connection} connection */
  constructor(connection) {
    this.#connection = connection;
  }

  /**
   * @protected
   * @param {string} method
   * @param {string | readonly (string | number)[]} path
   * @param {Ask} [ask]
   */
  _call(method, path, ask) {
    return this.#connection.call(method, path, ask);
  }
}
