/**
 * What drivers.py does, for clients from npm:
 *
 *     node drivers.mjs CLIENT URL '[["fetch", "T1"], …]' PACKAGES
 */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [client, url, asked, packages] = process.argv.slice(2);
const require = createRequire(join(packages, 'drivers.cjs'));
const KEY = 'sk_test_dialect';

const drivers = {
  // Its address is an attribute. Its methods are those of the instance that was made last.
  'paystack-api': () => {
    const paystack = require('paystack-api')(KEY);
    paystack.endpoint = url;
    return {
      create: (refund) => paystack.refund.create(refund),
      fetch: (reference) => paystack.refund.get({ trans_id: reference }),
      list: (reference) => paystack.refund.list({ reference }),
    };
  },

  // The options of `got` can be replaced.
  'paystack-node': () => {
    const PayStack = require('paystack-node');
    const paystack = new PayStack(KEY);
    paystack.mergeNewOptions({ baseUrl: url });
    return {
      create: (refund) => paystack.createRefund(refund),
      fetch: (reference) => paystack.getRefund({ reference }),
      list: (reference) => paystack.listRefund({ reference, currency: 'ILS' }),
      data: (answer) => answer.body.data,
    };
  },

  // Its address is a constant within a module; it calls the global `fetch`.
  'paystack-sdk': () => {
    const Paystack = require('paystack-sdk');
    const real = globalThis.fetch;
    globalThis.fetch = (address, init) =>
      real(String(address).replace('https://api.paystack.co', url), init);
    const { refund } = new Paystack(KEY);
    return {
      create: (values) => refund.create(values),
      fetch: (reference) => refund.fetch(reference),
      list: (reference) => refund.list({ reference }),
    };
  },

  // Takes the address. Errors are answers too.
  '@alexasomba/paystack-node': async () => {
    const { createPaystack } = await import(pathToFileURL(require.resolve('@alexasomba/paystack-node')));
    const paystack = createPaystack({ secretKey: KEY, baseUrl: url });
    return {
      create: (body) => paystack.refund_create({ body }),
      fetch: (reference) => paystack.refund_fetch({ params: { path: { id: reference } } }),
      list: (reference) => paystack.refund_list({ params: { query: { reference } } }),
      data: (answer) => answer.data.data,
    };
  },

  // The package holds no code.
  '@paystack/paystack-sdk': () => require('@paystack/paystack-sdk'),
};

const calls = await drivers[client]();
const data = calls.data ?? ((answer) => answer.data);
for (const [call, given] of JSON.parse(asked)) {
  let got;
  try {
    const found = data(await calls[call](given));
    got = Array.isArray(found) ? found.map(({ id }) => id) : found.id;
  } catch (error) {
    console.error(error);
    got = error.name;
  }
  console.log(JSON.stringify(got));
}
