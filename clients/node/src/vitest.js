/** For Vitest: a world for each test; the report of one that fails shows what went over the wire. */

import { test as plain } from "vitest";
import { begin, end, explain } from "./world.js";

/** @import { Sandbox } from "./control.js" */
/** @import { Wanted } from "./world.js" */

/**
 * Vitest's `test`, with the fixture `sandbox`: a fresh world, whose clock stands. `test.override`, or for a Vitest
 * before 4 `test.scoped`, with `sandboxStart`, lets it begin in another way.
 */
export const test = plain.extend({
  sandboxStart: /** @type {Wanted} */ ({}),
  sandbox: async (
    /** @type {{ task: any, sandboxStart: Wanted }} */ { task, sandboxStart },
    /** @type {(sandbox: Sandbox) => Promise<void>} */ use,
  ) => {
    const sandbox = await begin(sandboxStart);
    await use(sandbox);
    for (const error of task.result?.errors ?? []) await explain(error, sandbox);
    await end(sandbox);
  },
});

export const it = test;
