/** The image in a container, by testcontainers, which waits until it is healthy. */

import { AbstractStartedContainer, GenericContainer, Wait } from "testcontainers";
import { Sandbox } from "./control.js";

/** @import { StartedTestContainer } from "testcontainers" */
/** @import { Options } from "./control.js" */

const PORT = 8426;

/** A container of your team's image; its clock stands at nine in the morning of 1 January 2027, UTC, unless said. */
export class RefundSandboxContainer extends GenericContainer {
  /** @param {string} image such as `registry.example.com/refund-sandbox:0.1.0` */
  constructor(image) {
    super(image);
    this.withExposedPorts(PORT);
    this.withEnvironment({ SANDBOX_CLOCK: "frozen", SANDBOX_NOW: "2027-01-01T09:00:00Z" });
    this.withExtraHosts([{ host: "host.docker.internal", ipAddress: "host-gateway" }]); // for webhooks
    this.withWaitStrategy(Wait.forHttp("/_sandbox/health", PORT));
  }

  async start() {
    return new StartedRefundSandboxContainer(await super.start());
  }
}

export class StartedRefundSandboxContainer extends AbstractStartedContainer {
  /** @param {StartedTestContainer} started */
  constructor(started) {
    super(started);
    /** What the code under test takes as both providers' base URL. */
    this.url = `http://${started.getHost()}:${started.getMappedPort(PORT)}`;
  }

  /**
   * A client of it.
   * @param {Options} [options]
   */
  sandbox(options) {
    return new Sandbox(this.url, options);
  }
}
