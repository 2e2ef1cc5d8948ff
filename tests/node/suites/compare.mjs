/** Prints what the client has, and says, for a test to hold it against the Python client. */

import * as client from "refund-sandbox";

const [url, calls] = process.argv.slice(2);
const sandbox = new client.Sandbox(url);

/** All public words of an object, its classes' too. */
function words(thing) {
  const found = new Set();
  for (let at = thing; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) if (!/^(_|constructor$)/.test(name)) found.add(name);
  }
  return [...found];
}

const { clock, scenarios, weather, lean, lahza, payments, requests, webhooks, snapshots, worlds } = sandbox;
const parts = { sandbox, clock, scenarios, weather, lean, lahza, payments, requests, webhooks, snapshots, worlds };
parts.provider = sandbox.provider("third");
parts.scenario = await scenarios.get("over-refund");
parts.webhook = new client.Webhook({ text: "{}" });

const outcomes = [];
for (const [method, path, held] of JSON.parse(calls)) {
  try {
    outcomes.push((await requests.assertCalled(method, path, held)).map(({ id }) => id));
  } catch (error) {
    outcomes.push(error.message);
  }
}
const told = [await requests.told(), await requests.told(2), await webhooks.told(), await webhooks.told(2), await scenarios.told()];
const entries = Object.entries(parts).map(([name, part]) => [name, words(part)]);
console.log(JSON.stringify({ module: Object.keys(client), words: Object.fromEntries(entries), outcomes, told }));
