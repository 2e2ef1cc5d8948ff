/** A client for tests: steers a running sandbox of payments and refunds, and looks at what it saw. */

export { ExpectationFailed, NeverHappened, Refused, SandboxError, Unreachable } from "./errors.js";
export { Sandbox } from "./control.js";
export { Scenario } from "./scenarios.js";
export { Webhook } from "./receivers.js";

