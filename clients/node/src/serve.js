/** Starts the server: the command `refund-sandbox`, which is a Python package's. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * A server on a free port; it ends with this process, if not before.
 * @param {{ command?: string, args?: string[], env?: Record<string, string> }} [how] `args` of `refund-sandbox serve`
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function serve({ command = "refund-sandbox", args = [], env = {} } = {}) {
  const child = spawn(command, ["serve", "--port", "0", "--quiet", ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const kill = () => child.kill();
  process.once("exit", kill);
  const url = await new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`can't start ${command}: ${error.message}`)));
    child.once("close", (code) => reject(new Error(`${command} has ended with ${code}`)));
    createInterface(child.stdout).on("line", (line) => {
      const [, address] = / on (https?:\/\/\S+)/.exec(line) ?? [];
      if (address) resolve(address);
    });
  });
  child.unref();
  /** @type {any} */ (child.stdout).unref();
  const stop = async () => {
    process.off("exit", kill);
    child.ref();
    kill();
    await ended;
  };
  return { url, stop };
}
