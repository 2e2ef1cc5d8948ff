import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { freshWorld } from "refund-sandbox/node-test";
import { Shop } from "./shop.cjs";

describe("refunds", { concurrency: true }, () => {
  for (const number of [1, 2]) {
    test(`money arrives the next day, ${number}`, async (t) => {
      const sandbox = await freshWorld(t);
      await sandbox.lahza.pay({ amount: 5000, reference: "order-1" });
      const shop = new Shop(sandbox.url);
      const refund = await shop.giveBack("order-1", 2000);
      await sandbox.clock.advance({ days: 1 });
      assert.equal(await shop.status(refund), "processed");
      assert.equal((await sandbox.refunds.all({ provider: "lahza" })).filter(({ id }) => id === `${refund}`).length, 1);
    });
  }

  test("one that fails", async (t) => {
    const sandbox = await freshWorld(t);
    await sandbox.scenarios.on("refund-fails", { transaction: "order-1" });
    const shop = new Shop(sandbox.url);
    assert.equal(await shop.status(await shop.giveBack("fixture-success", 2000)), "failed");
  });

  test("one whose call was another", async (t) => {
    const sandbox = await freshWorld(t);
    const other = await sandbox.world("other");
    await new Shop(other.url).giveBack("fixture-success", 2600);
    await other.requests.assertCalled("POST", "/refund", { json: { amount: 2500 } });
  });
});
