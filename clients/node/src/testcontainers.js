/** The image in a container, by testcontainers, which waits until it is healthy. */

import { AbstractStartedContainer, GenericContainer, Wait } from "testcontainers";
import { Sandbox } from "./control.js";

/** @import { StartedTestContainer } from "testcontainers" */
/** @import { Options } from "./control.js" */

const PORT = 8426;

/** A container of your team's image; its clock stands at nine in the morning of 1 January 2027, UTC, unless said. */
export class RefundSandboxContainer extends GenericContainer {
  #token;

  /**
   * @param {string} image such as `registry.example.com/refund-sandbox:0.2.0`
   * @param {{ token?: string }} [how] `token`: what the admin API then wants, its SANDBOX_ADMIN_TOKEN
   */
  constructor(image, { token = "" } = {}) {
    super(image);
    this.#token = token;
    const ready = Wait.forHttp("/_sandbox/health", PORT).forStatusCode(200);
    this.withExposedPorts(PORT);
    this.withEnvironment({ SANDBOX_CLOCK: "frozen", SANDBOX_NOW: "2027-01-01T09:00:00Z" });
    this.withExtraHosts([{ host: "host.docker.internal", ipAddress: "host-gateway" }]); // for webhooks
    if (token) {
      this.withEnvironment({ SANDBOX_ADMIN_TOKEN: token });
      ready.withHeaders({ Authorization: `Bearer ${token}` });
    }
    this.withWaitStrategy(ready);
  }

  async start() {
    return new StartedRefundSandboxContainer(await super.start(), this.#token);
  }
}

export class StartedRefundSandboxContainer extends AbstractStartedContainer {
  #token;

  /**
   * @param {StartedTestContainer} started
   * @param {string} token
   */
  constructor(started, token) {
    super(started);
    this.#token = token;
    /** What the code under test takes as both providers' base URL. */
    this.url = `http://${started.getHost()}:${started.getMappedPort(PORT)}`;
  }

  /**
   * A client of it.
   * @param {Options} [options]
   */
  sandbox(options) {
    return new Sandbox(this.url, { token: this.#token, ...options });
  }
}
