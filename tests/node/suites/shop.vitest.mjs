import { describe, expect } from "vitest";
import { test } from "refund-sandbox/vitest";
import { Shop } from "./shop.cjs";

describe("refunds", () => {
  test.concurrent.for([1, 2])("money arrives the next day, %i", async (_, { sandbox }) => {
    await sandbox.lahza.pay({ amount: 5000, reference: "order-1" });
    const shop = new Shop(sandbox.url);
    const refund = await shop.giveBack("order-1", 2000);
    await sandbox.clock.advance({ days: 1 });
    expect(await shop.status(refund)).toBe("processed");
    await sandbox.requests.assertCalled("POST", "/refund", { times: 1, json: { amount: expect.any(Number) } });
  });

  test("one that fails", async ({ sandbox }) => {
    await sandbox.scenarios.on("refund-fails", { transaction: "order-1" });
    const shop = new Shop(sandbox.url);
    expect(await shop.status(await shop.giveBack("fixture-success", 2000))).toBe("failed");
  });

  test("one whose call was another", async ({ sandbox }) => {
    const other = await sandbox.world("other");
    await new Shop(other.url).giveBack("fixture-success", 2600);
    await other.requests.assertCalled("POST", "/refund", { json: { amount: 2500 } });
  });
});
