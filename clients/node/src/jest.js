/**
 * Jest's environment for Node, with a global `sandbox`: a fresh world for each test, whose clock stands. The report of
 * a test that fails shows what went over the wire.
 *
 * Jest loads an environment as the ES module that it is, so tests may be CommonJS.
 */

import { TestEnvironment } from "jest-environment-node";
import { begin, end, explain } from "./world.js";

/** @import { Sandbox } from "./control.js" */

export default class SandboxEnvironment extends TestEnvironment {
  #wanted;
  /** @type {Sandbox | undefined} */
  #sandbox;

  /**
   * @param {any} config `testEnvironmentOptions.sandbox` says how worlds begin
   * @param {any} context
   */
  constructor(config, context) {
    super(config, context);
    this.#wanted = config.projectConfig.testEnvironmentOptions.sandbox;
  }

  /** @param {any} event of jest-circus */
  async handleTestEvent(event) {
    if (event.name === "test_start") {
      this.#sandbox = await begin(this.#wanted);
      /** @type {any} */ (this.global).sandbox = this.#sandbox;
    } else if (this.#sandbox && (event.name === "test_fn_failure" || event.name === "hook_failure")) {
      await explain(event.error, this.#sandbox);
    } else if (this.#sandbox && event.name === "test_done") {
      await end(this.#sandbox);
      this.#sandbox = undefined;
    }
  }
}
