/** For `node:test`: a world for each test; the report of one that fails shows what went over the wire. */

import { begin, end, explain } from "./world.js";

/** @import { TestContext } from "node:test" */
/** @import { Wanted } from "./world.js" */

/**
 * A fresh world, whose clock stands; it goes when the test has ended.
 * @param {TestContext} t the test's
 * @param {Wanted} [wanted]
 */
export async function freshWorld(t, wanted) {
  const sandbox = await begin(wanted);
  t.after(async () => {
    // (Node's types do not know `error` of a test that has ended.)
    const { error } = /** @type {{ error?: Error & { cause?: unknown } }} */ (/** @type {unknown} */ (t));
    if (error) await explain(error.cause ?? error, sandbox);
    await end(sandbox);
  });
  return sandbox;
}
