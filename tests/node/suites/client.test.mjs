/** The client does what the admin API does, in the words of the Python client. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectationFailed, NeverHappened, Refused, Sandbox, SandboxError, Unreachable, Webhook } from "refund-sandbox";
import { freshWorld } from "refund-sandbox/node-test";

/** @param {Sandbox} sandbox */
async function lahza(sandbox, method, path, body) {
  const headers = { Authorization: "Bearer sk_test_me", "Content-Type": "application/json" };
  const answer = await fetch(sandbox.url + path, { method, headers, body: body && JSON.stringify(body) });
  return { status: answer.status, data: (await answer.json()).data };
}

const refund = async (sandbox, amount = 100) =>
  (await lahza(sandbox, "POST", "/refund", { transaction: "fixture-success", amount })).data.id;
const status = async (sandbox, id) => (await lahza(sandbox, "GET", `/refund/${id}`)).data.status;

test("a payer pays", async (t) => {
  const sandbox = await freshWorld(t);
  const paid = await sandbox.lean.pay({ amount: 12.5, currency: "USD", reconcileAfter: { hours: 2 } });
  assert.deepEqual([paid.amount, paid.currency], [12.5, "USD"]);
  const [{ at, to }] = (await sandbox.clock.advance({ hours: 2 })).events;
  assert.deepEqual([at, to], ["2027-01-01T11:00:00.000000Z", "RECONCILED"]);
  const seen = await fetch(`${sandbox.url}/payments/v1/${paid.id}`, { headers: sandbox.lean.headers });
  assert.equal((await seen.json()).amount, 12.5);
  const failed = await sandbox.lean.change(paid.id, { status: "FAILED", failureCode: "INSUFFICIENT_BALANCE" });
  assert.equal(failed.failure_code, "INSUFFICIENT_BALANCE");
  const order = await sandbox.lahza.pay({ amount: 4500, reference: "order-17" });
  assert.equal((await sandbox.lahza.change(order.id, { amount: 5000 })).amount, 5000);
  assert.deepEqual(await sandbox.lahza.setBalance({ ILS: 5000 }), { balance: { ILS: 5000 } });
});

test("what the bank does, and what Lean has set up", async (t) => {
  const { lean } = await freshWorld(t);
  const customer = "1ea00000-0000-4000-8000-000000000002";
  const source = await lean.connectSource(customer, { coolOff: "1h" });
  assert.ok(source.id);
  await assert.rejects(lean.addBeneficiary(source.id, source.beneficiaries[0].payment_destination_id), { status: 409 });
  assert.deepEqual((await lean.setUp({ payoutsConfigured: false })).payouts_configured, false);
  const unreconciled = await lean.pay({ reconciliation: "UNRECEIVED" });
  const deposited = await lean.deposit(unreconciled.id, { amount: 100, after: "90m" });
  assert.ok(deposited);
  await assert.rejects(lean.paySession("none", { bankIdentifier: "LEANMB1" }), { status: 404 });
  await assert.rejects(lean.declineSession("none"), { status: 404 });
  await assert.rejects(lean.payLink("none"), { status: 404 });
  await assert.rejects(lean.declineLink("none"), { status: 404 });
});

test("an outcome is decided", async (t) => {
  const sandbox = await freshWorld(t);
  const id = await refund(sandbox);
  assert.equal((await sandbox.lahza.settle(id, "failed", { reason: "account closed" })).status, "failed");
  await assert.rejects(sandbox.lahza.settle(id, "processed"), (error) => {
    assert.ok(error instanceof Refused && error instanceof SandboxError);
    return error.status === 409;
  });
  const held = await sandbox.lean.pay({ reconcileAfter: "1d" });
  const told = await sandbox.lean.settle(held.id, "UNRECEIVED", { kind: "reconciliation" });
  assert.equal(told.reconciliation.status, "UNRECEIVED");
});

test("any provider is called by its name", async (t) => {
  const sandbox = await freshWorld(t);
  assert.equal(sandbox.provider("lahza"), sandbox.lahza);
  assert.deepEqual(sandbox.provider("third").headers, { "Sandbox-World": sandbox.url.split("/w/")[1] });
  const { balance } = await sandbox.provider("lahza").call("PATCH", "merchant", { body: { balance: { ILS: 1 } } });
  assert.deepEqual(balance, { ILS: 1 });
  assert.equal((await sandbox.call("GET", ["scenarios", "over-refund"])).name, "over-refund");
});

test("credentials lead into the world from the server's own address", async (t) => {
  const sandbox = await freshWorld(t);
  const [server] = sandbox.url.split("/w/");
  for (const [path, { headers }] of [["/refund", sandbox.lahza], ["/payouts/refunds", sandbox.lean]]) {
    assert.ok((await fetch(server + path, { headers })).ok);
  }
  assert.deepEqual((await sandbox.requests.all()).map(({ path }) => path), ["/refund", "/payouts/refunds"]);
  assert.equal((await sandbox.requests.last("GET", "/refund")).provider, "lahza");
  await sandbox.requests.clear();
  assert.equal(await sandbox.requests.last(), undefined);
});

test("requests are found by what their bodies hold", async (t) => {
  const sandbox = await freshWorld(t);
  await refund(sandbox, 250);
  assert.equal((await sandbox.requests.all({ body: { amount: 250 }, since: new Date(0) })).length, 1);
  assert.equal((await sandbox.requests.all({ body: { amount: 251 } })).length, 0);
  await assert.rejects(sandbox.requests.all({ body: { customer: {} } }), /is not one value/);
});

test("a merchant's books are held against the provider's", async (t) => {
  const sandbox = await freshWorld(t);
  for (const reference of ["order-1", "order-2"]) await sandbox.lahza.pay({ amount: 5000, reference });
  const body = (transaction) => JSON.stringify({ transaction, amount: 2000 });
  const headers = { ...sandbox.lahza.headers, "Content-Type": "application/json" };
  for (const order of ["order-1", "order-1", "order-2"]) {
    assert.ok((await fetch(`${sandbox.url}/refund`, { method: "POST", headers, body: body(order) })).ok);
  }
  const [account] = [...(await sandbox.ledger()).values()].filter(({ references }) => references.includes("order-1"));
  const { provider, currency, decimals, paid, refunded, pending, failed, isCalled } = account;
  assert.deepEqual([provider, currency, decimals, isCalled], ["lahza", "ILS", 2, true]);
  assert.deepEqual([paid, refunded, pending, failed], [5000, 0, 4000, 0]);
  await assert.rejects(sandbox.assertAgrees({ "order-1": { paid: 5000, refunded: 2000 }, gone: { paid: 1 } }), {
    name: "ExpectationFailed",
    message: new RegExp(
      "^the merchant's books differ from the provider's:\n {2}" +
        "order-1 \\(lahza, ILS\\): refunded: yours says 2000, the provider's 4000\n {2}" +
        "gone: the provider knows no such payment\n {2}" +
        "\\d+, order-2 \\(lahza, ILS\\): yours does not have this payment, the provider's says refunded 2000$",
    ),
  });
  await sandbox.assertAgrees({ "order-1": { refunded: 4000, failed: 0 }, "order-2": { refunded: 2000 } });
  for (const wrong of [{ "order-1": 5 }, { "order-1": { refund: 1 } }, { "order-1": { paid: 0.5 } }]) {
    await assert.rejects(sandbox.assertAgrees(wrong), { name: "TypeError", message: /^order-1: / });
  }
  for (const wrong of [null, [], await sandbox.ledger()]) {
    await assert.rejects(sandbox.assertAgrees(wrong), { name: "TypeError", message: /^give figures by payment/ });
  }
});

test("the clock", async (t) => {
  const { clock } = await freshWorld(t);
  const began = await clock.now();
  assert.equal(await clock.isFrozen(), true);
  for (const by of ["90m", 5400, { minutes: 90 }]) await clock.advance(by);
  assert.equal((await clock.now()) - began, 4.5 * 3_600_000);
  assert.deepEqual((await clock.advance({ to: new Date(+began + 86_400_000) })).events, []);
  assert.equal((await clock.run(60)).mode, "realtime");
  const { mode, now } = await clock.freeze("2030-01-01T00:00:00Z");
  assert.deepEqual([mode, now], ["frozen", "2030-01-01T00:00:00.000000Z"]);
  for (const wrong of [undefined, {}, { day: 3 }, { days: 1, to: "2031-01-01T00:00:00Z" }, NaN]) {
    await assert.rejects(clock.advance(wrong), /say how far/);
  }
  await assert.rejects(clock.advance({ to: "2020-01-01T00:00:00Z" }), { name: "Refused", message: /passed/ });
});

test("an advance tells what happened", async (t) => {
  const sandbox = await freshWorld(t);
  const id = await refund(sandbox);
  const { events, deliveries } = await sandbox.clock.advanceUntilIdle();
  assert.deepEqual(
    events.map(({ subject, from, to }) => [subject, from, to]),
    [[`${id}`, "pending", "processing"], [`${id}`, "processing", "processed"]],
  );
  assert.deepEqual(deliveries.map(({ event }) => event), ["refund.processing", "refund.processed"]);
});

test("a wait moves the clock from event to event", async (t) => {
  const sandbox = await freshWorld(t);
  const began = await sandbox.clock.now();
  assert.equal(await sandbox.waitFor(() => "found"), "found");
  const id = await refund(sandbox);
  assert.ok(await sandbox.waitFor(async () => (await status(sandbox, id)) === "processing"));
  assert.equal((await sandbox.clock.now()) - began, 3_600_000);
  const never = async () => (await status(sandbox, id)) === "failed";
  await assert.rejects(sandbox.waitFor(never, { within: "2h" }), /what comes next is at 2027-01-02T09:00:00/);
  await assert.rejects(sandbox.waitFor(never), (error) => {
    assert.ok(error instanceof NeverHappened && error instanceof ExpectationFailed);
    assert.match(error.message, /nothing more is to come\. On the way happened: \n.*processing → processed$/);
    return true;
  });
  await assert.rejects(sandbox.waitFor(true), /no function/);
  await assert.rejects(sandbox.waitFor(never, { within: "soon" }), /within is 'soon'; it is like "30s"/);
});

test("where the clock runs time passes", async (t) => {
  const sandbox = await freshWorld(t, { mode: "realtime", rate: 1_000_000 });
  const id = await refund(sandbox);
  assert.ok(await sandbox.waitFor(async () => (await status(sandbox, id)) === "processed"));
  await assert.rejects(sandbox.waitFor(() => false, { within: { hours: 1 } }), /nothing more is to come/);
});

test("weather is set, drawn, shown and cleared", async (t) => {
  const sandbox = await freshWorld(t, { weather: ["rate-limited; method=GET", "clock-jumps; by=6h; nth=2"] });
  assert.equal((await lahza(sandbox, "GET", "/refund")).status, 429);
  assert.deepEqual((await sandbox.weather.get()).map(({ nth, acted }) => [nth, acted]), [[1, 1], [2, 0]]);
  const drawn = await sandbox.weather.draw(7, "hostile");
  assert.deepEqual((await freshWorld(t, { weather: { seed: 7, profile: "hostile" } }).then((s) => s.weather.get())), drawn);
  assert.ok((await sandbox.weather.profiles()).some(({ name }) => name === "rainy"));
  await assert.rejects(sandbox.weather.set("rain"), { field: "disturbances[0]" });
  await sandbox.weather.clear();
  assert.deepEqual(await sandbox.weather.get(), []);
});

test("a scenario is on until its callback has ended, then as it was before", async (t) => {
  const sandbox = await freshWorld(t);
  const list = async () => (await lahza(sandbox, "GET", "/refund")).status;
  const inside = await sandbox.scenario("provider-down", {}, async (scenario) => {
    assert.deepEqual([scenario.enabled, await scenario.acted()], [true, 0]);
    const answered = await list();
    await scenario.assertActed(1);
    return answered;
  });
  assert.deepEqual([inside, await list()], [503, 200]);
  await sandbox.scenarios.on("rate-limited", { times: 7, retry_after: { seconds: 2 } });
  await assert.rejects(sandbox.scenarios.during("rate-limited", { times: 2 }, () => { throw new Error("mine"); }), /mine/);
  const scenario = await sandbox.scenario("rate-limited", { times: 2 });
  await scenario[Symbol.asyncDispose]();
  const { enabled, parameters } = await sandbox.scenarios.get("rate-limited");
  assert.deepEqual([enabled, parameters.times, parameters.retry_after], [true, 7, 2]);
  assert.equal((await sandbox.scenarios.off("rate-limited")).enabled, false);
  await assert.rejects(scenario.assertActed(), { name: "ExpectationFailed", message: /at least once, and it has 0 times\.\n/ });
  const { field } = await sandbox.scenarios.on("rate-limited", { tmes: 1 }).catch((error) => error);
  assert.equal(field, "parameters.tmes");
});

test("a scenario of your own", async (t) => {
  const sandbox = await freshWorld(t);
  await sandbox.scenarios.add({ name: "mine", title: "Mine", script: [{ on: "request", fail: "forbidden" }] });
  await sandbox.scenario("mine", {}, async () => assert.equal((await lahza(sandbox, "GET", "/refund")).status, 403));
  assert.ok((await sandbox.scenarios.all()).some(({ name }) => name === "mine"));
});

test("a function receives webhooks while the test waits", async (t) => {
  const sandbox = await freshWorld(t);
  const heard = [];
  await sandbox.webhooks.sendTo("lahza", async (webhook) => {
    heard.push(webhook);
    await sandbox.lahza.pay(); // it may call the sandbox
  }, { events: ["refund.pending", "refund.processed"] });
  const id = await refund(sandbox);
  assert.deepEqual(heard, []);
  await sandbox.clock.settle();
  assert.ok(heard[0] instanceof Webhook);
  assert.deepEqual([heard[0].event, heard[0].subject, heard[0].json.data.amount], ["refund.pending", `${id}`, "100"]);
  assert.match(heard[0].headers["x-lahza-signature"], /^[0-9a-f]{64}$/);
  const { deliveries } = await sandbox.clock.advance("1d");
  assert.deepEqual(heard.map(({ event }) => event), ["refund.pending", "refund.processed"]);
  assert.equal(deliveries.filter((each) => each.status === "delivered").length, 1);
  const [delivered] = await sandbox.webhooks.deliveries({ status: "delivered", limit: 1 });
  assert.equal((await sandbox.webhooks.redeliver(delivered.id)).attempts.length, 2);
  assert.equal((await sandbox.webhooks.addresses())[0].url, "pull:");
  await sandbox.webhooks.stop("lahza", { domain: "test" });
  assert.deepEqual(await sandbox.webhooks.addresses(), []);
});

test("what a receiver returns or throws is its answer", async (t) => {
  const sandbox = await freshWorld(t);
  const answers = [
    [() => undefined, 200, null],
    [() => 201, 201, null],
    [() => [401, "who?"], 401, "who?"],
    [() => new Response("no", { status: 403 }), 403, "no"],
    [() => ({ statusCode: 202, body: "of fastify" }), 202, "of fastify"],
    [() => "ok", null, "the receiver returned 'ok': give nothing, a status from 100 to 599, [status, body] or a response"],
    [() => { throw new RangeError("too much"); }, null, "RangeError: too much"],
  ];
  for (const [receiver, status, said] of answers) {
    await sandbox.webhooks.sendTo("lahza", receiver);
    await sandbox.lahza.pay();
    const tried = await sandbox.webhooks.flush();
    const [attempt] = tried.at(-1).attempts;
    assert.deepEqual([attempt.status, attempt.error ?? attempt.answer], [status, said]);
  }
  const application = Object.assign(() => {}, { listen() {} });
  await assert.rejects(sandbox.webhooks.sendTo("lahza", application), /an application is no receiver/);
  await assert.rejects(sandbox.webhooks.sendTo("lahza", 7), /7 is neither a URL nor a function/);
});

test("what was asked is shown where it is not what was meant", async (t) => {
  const sandbox = await freshWorld(t);
  await refund(sandbox, 2600);
  const { requests } = sandbox;
  const anyNumber = { asymmetricMatch: (other) => typeof other === "number" }; // as of Jest's and Vitest's `expect.any`
  await requests.assertCalled("post", "/refund", { times: 1, json: { amount: anyNumber, currency: undefined } });
  await assert.rejects(requests.assertCalled("POST", "/refund", { json: { amount: 2500 } }), {
    name: "ExpectationFailed",
    message: [
      "POST /refund with json { amount: 2500 }: expected at least 1 call, and there were 0.",
      "Nearest, of 1 call that differs:",
      "  POST /refund → 200",
      "      json.amount: wanted 2500, was 2600",
    ].join("\n"),
  });
  await assert.rejects(requests.assertNotCalled("POST", "/refund"), /expected 0 calls, and there were 1\.\n  POST/);
  await requests.assertNotCalled("POST", "/refund", { json: { amount: "2600" } });
  await assert.rejects(requests.assertNotCalled("/refund", "POST"), /is no method/);
  await assert.rejects(requests.assertNotCalled("POST", sandbox.url), /is not a path like/);
  await assert.rejects(requests.assertCalled("POST", "/refund", { times: -1 }), /times is -1/);
});

test("payments and refunds of all providers", async (t) => {
  const sandbox = await freshWorld(t);
  const made = await sandbox.seed({ payments: 3, leanRefunds: 2, seed: 7 });
  assert.deepEqual(made, { payments: 3, transactions: 0, lean_refunds: 2, lahza_refunds: 0 });
  const id = await refund(sandbox);
  const [row] = await sandbox.refunds.all({ provider: "lahza", outcome: "open", limit: 1 });
  assert.deepEqual([row.id, row.amount, row.by.path], [`${id}`, 100, "/refund"]);
  assert.ok((await sandbox.payments.all()).length > 3);
});

test("fixtures, settings, health and a story", async (t) => {
  const sandbox = await freshWorld(t);
  assert.ok((await sandbox.fixtures()).lean.payments.reconciled.id);
  const changed = await sandbox.changeSettings({ lean: { pending_after: "2s" } });
  assert.deepEqual([changed, changed.lean.pending_after], [await sandbox.settings(), "2s"]);
  assert.equal((await sandbox.health({ wait: "3s" })).status, "ok");
  const file = join(tmpdir(), `story-${process.pid}.svg`);
  const id = await refund(sandbox);
  assert.equal(await sandbox.story(id, { file }), await readFile(file, "utf-8"));
  assert.match(await sandbox.story(undefined, { format: "mmd", limit: 5 }), /^sequenceDiagram/);
  await assert.rejects(sandbox.story("none"), { status: 404 });
  await assert.rejects(sandbox.story(id, { format: "png" }), /there is no format 'png'/);
});

test("snapshots and worlds", async (t) => {
  const sandbox = await freshWorld(t);
  const taken = await sandbox.snapshots.take("before");
  const paid = await sandbox.lahza.pay();
  assert.deepEqual(await sandbox.snapshots.restore("before"), taken);
  await assert.rejects(sandbox.lahza.change(paid.id, { amount: 1 }), { status: 404 });
  await sandbox.snapshots.remove("before");
  assert.deepEqual(await sandbox.snapshots.all(), []);
  const [one, same] = await Promise.all([sandbox.world("one"), sandbox.world("one")]);
  assert.equal(one, same);
  assert.equal((await one.clock.state()).now, "2027-01-01T09:00:00.000000Z");
  assert.deepEqual(await sandbox.others(), [one]);
  await sandbox.forgetWorlds();
  assert.ok(!(await sandbox.worlds.all()).some(({ url }) => one.url.endsWith(url)));
});

test("where no sandbox answers, it says so", async () => {
  await assert.rejects(new Sandbox("http://127.0.0.1:1").health(), (error) => {
    assert.ok(error instanceof Unreachable);
    return error.message === "no sandbox answers at http://127.0.0.1:1 (connection refused)";
  });
  await assert.rejects(new Sandbox("http://127.0.0.1:1").health({ wait: 0.1 }), /refused/);
  for (const wrong of ["127.0.0.1:8426", "ftp://x", "http://", "http://x/?a=1", "http://[", "http://x:y"]) {
    assert.throws(() => new Sandbox(wrong), /is not like http:\/\/127.0.0.1:8426/);
  }
  assert.throws(() => new Sandbox(undefined, { token: "hush\n" }), (error) => !error.message.includes("hush"));
});

/** A server that does as a test wants with each connection. */
async function listening(t, serve) {
  const server = createServer(serve).listen(0, "127.0.0.1");
  await once(server, "listening");
  const sockets = new Set();
  server.on("connection", (socket) => sockets.add(socket));
  t.after(() => sockets.forEach((socket) => socket.destroy()) ?? server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

test("it gives up on a server that accepts and says nothing", async (t) => {
  const url = await listening(t, () => {});
  await assert.rejects(new Sandbox(url, { timeout: 0.2 }).settings(), /\(it accepts calls and does not answer\)$/);
  await assert.rejects(new Sandbox(url).health({ wait: 0.2 }), /\(it accepts calls and does not answer\)$/);
});

test("it says what is none of HTTP's, and no sandbox", async (t) => {
  const odd = await listening(t, (socket) => socket.end("SSH-2.0-x\r\n"));
  await assert.rejects(new Sandbox(odd).settings(), /\(not an answer of HTTP\)$/);
  const page = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhtml";
  await assert.rejects(new Sandbox(await listening(t, (socket) => socket.end(page))).settings(), /is no sandbox$/);
});

test("a connection that the server has closed meanwhile is opened anew", async (t) => {
  let calls = 0;
  const url = await listening(t, (socket) =>
    socket.on("data", () => {
      calls += 1;
      const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n{}";
      if (calls === 2) socket.resetAndDestroy();
      else socket.write(answer);
    }),
  );
  const sandbox = new Sandbox(url);
  await sandbox.settings();
  assert.deepEqual(await sandbox.settings(), {});
  await sandbox.close();
});
