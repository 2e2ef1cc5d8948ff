/** Errors that say why. */

/** A call of the sandbox that came to nothing. */
export class SandboxError extends Error {
  /**
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** No sandbox answers at the address. */
export class Unreachable extends SandboxError {}

/** The sandbox's answer is an error. */
export class Refused extends SandboxError {
  /**
   * @param {number} status
   * @param {string} detail
   * @param {string} [field]
   */
  constructor(status, detail, field) {
    super(detail);
    /** HTTP's. */
    this.status = status;
    /** The key at fault, if one is. */
    this.field = field;
  }
}

/** What a test requires is not so. (Jest would rewrite the text of an AssertionError of Node's.) */
export class ExpectationFailed extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = new.target.name;
  }
}

/** What a test waited for has not come. */
export class NeverHappened extends ExpectationFailed {}
