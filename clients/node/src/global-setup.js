/**
 * `globalSetup` of Vitest or Jest: waits for the sandbox at SANDBOX_URL, or starts one for this run.
 *
 * It ends with the run.
 */

import { Sandbox } from "./control.js";
import { serve } from "./serve.js";

export default async function setup() {
  if (process.env.SANDBOX_URL) {
    await new Sandbox().health({ wait: "30s" });
    return undefined;
  }
  const { url, stop } = await serve();
  process.env.SANDBOX_URL = url;
  return stop;
}
