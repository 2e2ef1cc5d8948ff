/** All of the client as a program in TypeScript uses it; each line that is marked has an error. */

import { test as nodeTest } from "node:test";
import { NeverHappened, Refused, Sandbox, Scenario, Unreachable, type Webhook } from "refund-sandbox";
import type { paths as LahzaPaths } from "refund-sandbox/lahza";
import type { paths as LeanPaths } from "refund-sandbox/lean";
import "refund-sandbox/jest";
import { freshWorld } from "refund-sandbox/node-test";
import { serve } from "refund-sandbox/serve";
import { RefundSandboxContainer } from "refund-sandbox/testcontainers";
import { test } from "refund-sandbox/vitest";
import setup from "refund-sandbox/global-setup";

type Refund = LahzaPaths["/refund"]["post"]["responses"][200]["content"]["application/json"];
type LeanRefunds = LeanPaths["/payouts/refunds"]["post"]["requestBody"]["content"]["application/json"];

export async function all(url?: string): Promise<void> {
  const box = new Sandbox(url, { world: "shop", token: "hush", timeout: 10, start: { mode: "frozen", seed: 7 }, prefix: "x." });
  const health: string = (await box.health({ wait: "30s" })).status;
  const payment = await box.lean.pay({ amount: 12.5, currency: "AED", reconcileAfter: { hours: 2 } });
  await box.lahza.pay({ amount: 5000, reference: health, domain: "live" });
  await box.lahza.change(7, { status: "failed" });
  await box.lean.settle(payment.id, "RECONCILED", { kind: "reconciliation", reason: "mine" });
  await box.lean.deposit(payment.id, { amount: 5, after: "90m" });
  await box.lean.connectSource("id", { bankIdentifier: "LEANMB1", coolOff: 60 });
  await box.lean.setUp({ products: ["payouts"] });
  await box.provider("third").pay({ anything: 1 });
  const { events, deliveries } = await box.clock.advance({ days: 3 });
  await box.clock.advance("90m");
  await box.clock.advance({ to: new Date() });
  const to: string = events[0].to + deliveries[0].event;
  const found: number = await box.waitFor(async () => to.length, { within: "2h" });
  const acted: number = await box.scenario("rate-limited", { times: found }, (scenario: Scenario) => scenario.acted());
  await using scenario = await box.scenario("provider-down");
  await scenario.assertActed(acted);
  await using other = await box.scenarios.held("refund-fails", { transaction: "order-1" });
  const rows = await box.refunds.all({ outcome: "open", limit: 5 });
  const by: number | null | undefined = rows[0].by?.request;
  await box.requests.assertCalled("POST", "/refund", { times: 1, json: { by }, headers: { a: other.name }, status: 200 });
  const entry = await box.requests.last("POST", "/refund");
  const refund = entry?.response as Refund;
  const item: LeanRefunds = [{ payment_id: payment.id, amount: 10, reason_code: "CUSTOMER_REQUEST" }];
  console.log(refund.data.amount, item);
  await box.webhooks.sendTo("lahza", async (webhook: Webhook) => [200, webhook.event] as const, { secret: "s" });
  await box.webhooks.sendTo("lean", new URL("http://127.0.0.1:3000"), { events: ["payment.updated"] });
  await (await box.world("other")).reset({ now: "2027-01-01T09:00:00Z" });
  await box.story(undefined, { format: "mmd", file: "story.mmd" });
  try {
    await box.snapshots.restore("none");
  } catch (error) {
    if (error instanceof Refused) console.log(error.status + 1, error.field);
    if (error instanceof Unreachable || error instanceof NeverHappened) console.log(error.message);
  }

  // @ts-expect-error: a word that is none
  await box.lahza.pay({ amont: 5000 });
  // @ts-expect-error: Lean's
  await box.lahza.pay({ paymentIntentId: "x" });
  // @ts-expect-error: no unit
  await box.clock.advance({ day: 3 });
  // @ts-expect-error: how far?
  await box.clock.advance();
  // @ts-expect-error: no outcome
  await box.refunds.all({ outcome: "done" });
  // @ts-expect-error: neither a URL nor a function
  await box.webhooks.sendTo("lean", 7);
  // @ts-expect-error: not a key of Lahza's
  console.log(refund.data.amont);
}

nodeTest("of Node", async (t) => {
  const sandbox = await freshWorld(t, { now: "2030-01-01T00:00:00Z", webhookDispatch: "on_advance" });
  await all(sandbox.url);
});

test.override({ sandboxStart: { seed: 3 } })("of Vitest", async ({ sandbox }) => {
  await all(sandbox.url);
});

export const ofJest = () => sandbox.lahza.pay({ amount: 5 });

export async function start(): Promise<void> {
  const stop: (() => Promise<void>) | undefined = await setup();
  await stop?.();
  const server = await serve({ args: ["--clock", "frozen"] });
  await server.stop();
  const container = await new RefundSandboxContainer("registry.example.com/refund-sandbox:0.2.0").start();
  await container.sandbox({ world: "shop" }).reset();
  await container.stop();
}
