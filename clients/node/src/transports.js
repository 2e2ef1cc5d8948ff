/** How a call gets to the sandbox: by Node's own HTTP, which asks no proxy. */

import http from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";

/** Milliseconds for a connection, and for the first byte of an answer from a server that may be dead. */
export const PATIENCE = 5000;
/** What a server that lives answers at once, whatever else it does. */
const HEALTH = "/_sandbox/health";

/** It accepts calls and does not answer. */
class Silence extends Error {}

/** Connections that are kept alive. */
export class Transport {
  #http;
  #agent;
  #options;
  #timeout;
  #patience;

  /**
   * @param {URL} server its address
   * @param {Record<string, string>} headers that go with each call
   * @param {number} timeout milliseconds that an answer may take while the server shows that it lives
   * @param {number} [patience] milliseconds until it has to
   */
  constructor(server, headers, timeout, patience = PATIENCE) {
    this.#http = server.protocol === "https:" ? https : http;
    this.#agent = new this.#http.Agent({ keepAlive: true });
    this.#timeout = timeout;
    this.#patience = patience;
    this.#options = {
      host: server.hostname.replace(/^\[|\]$/g, ""), // (of an IPv6 address)
      port: server.port,
      headers,
    };
  }

  /**
   * The status and the body that answer a call.
   * @param {string} method
   * @param {string} path
   * @param {string} [body]
   * @param {number} [timeout] milliseconds
   * @returns {Promise<{ status: number, text: string }>}
   */
  async send(method, path, body, timeout = this.#timeout) {
    const options = { ...this.#options, agent: this.#agent, method, path };
    try {
      return await this.#sent(options, body, timeout);
    } catch (error) {
      // A connection that was kept, and that the server has closed meanwhile, has carried nothing.
      if (!(/** @type {{ wasClosed?: boolean }} */ (error).wasClosed)) throw error;
      return await this.#sent({ ...options, agent: false }, body, timeout);
    }
  }

  /**
   * @param {http.RequestOptions} options
   * @param {string | undefined} body
   * @param {number} timeout
   * @returns {Promise<{ status: number, text: string }>}
   */
  #sent(options, body, timeout) {
    return new Promise((resolve, reject) => {
      let left = timeout;
      let hasBegun = false;
      const request = this.#http.request({ ...options, timeout: Math.min(this.#patience, timeout) });
      request.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
        const wasClosed = request.reusedSocket && !hasBegun && error.code === "ECONNRESET";
        reject(Object.assign(error, { wasClosed }));
      });
      request.on("timeout", async () => {
        left -= this.#patience;
        const mayWait = !hasBegun && left > 0 && request.socket && !request.socket.connecting;
        if (mayWait && (await this.#lives())) request.socket.setTimeout(Math.min(this.#patience, left));
        else request.destroy(new Silence());
      });
      request.on("response", (answer) => {
        hasBegun = true;
        answer.socket.setTimeout(timeout);
        const status = answer.statusCode ?? 0;
        text(answer).then((text) => resolve({ status, text }), reject);
      });
      request.end(body);
    });
  }

  /** Whether the server answers at all; one that accepts calls, and answers none, is dead. */
  async #lives() {
    const options = { ...this.#options, agent: false, method: "GET", path: HEALTH };
    const asked = this.#sent(options, undefined, this.#patience);
    return asked.then(() => true, () => false);
  }

  /** Let go of what is idle; a later call takes what it needs anew. */
  close() {
    this.#agent.destroy();
    this.#agent = new this.#http.Agent({ keepAlive: true });
  }
}

/**
 * What went wrong, in plain words.
 * @param {any} error
 * @returns {string}
 */
export function said(error) {
  if (error instanceof Silence) return "it accepts calls and does not answer";
  const first = error.errors?.[0] ?? error; // (where a name has several addresses)
  if (first.code === "ENOTFOUND") return "no host has that name";
  if (String(first.code).startsWith("HPE_")) return "not an answer of HTTP";
  return SAID[first.code] ?? first.message;
}

/** @type {Record<string, string>} */
const SAID = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the connection was closed",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
};
