/** CommonJS, as tests of Jest mostly are. */
const { Shop } = require("./shop.cjs");

describe("refunds", () => {
  let shop;

  beforeEach(() => {
    shop = new Shop(sandbox.url);
  });

  test.each([1, 2])("money arrives the next day, %i", async () => {
    await sandbox.lahza.pay({ amount: 5000, reference: "order-1" });
    const refund = await shop.giveBack("order-1", 2000);
    await sandbox.clock.advance({ days: 1 });
    expect(await shop.status(refund)).toBe("processed");
    await sandbox.requests.assertCalled("POST", "/refund", { times: 1, json: { amount: expect.any(Number) } });
    await expect(sandbox.scenarios.on("rate-limitd")).rejects.toMatchObject({ name: "Refused", status: 404 });
  });

  test("one that fails", async () => {
    await sandbox.scenarios.on("refund-fails", { transaction: "order-1" });
    expect(await shop.status(await shop.giveBack("fixture-success", 2000))).toBe("failed");
  });

  test("one whose call was another", async () => {
    const other = await sandbox.world("other");
    await new Shop(other.url).giveBack("fixture-success", 2600);
    await other.requests.assertCalled("POST", "/refund", { json: { amount: 2500 } });
  });
});
