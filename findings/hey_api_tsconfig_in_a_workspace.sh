#!/usr/bin/env bash
# @hey-api/openapi-ts 0.99.0: in an npm workspace, it does not read the tsconfig.json of the package that it runs in.
#
# If that says `module: nodenext`, it writes the endings of files into its imports, without which neither tsc nor Node
# can resolve them.
# Guessed: it reads the tsconfig.json of the folder that it runs in, or of one above.
# Seen: it looks upwards from where it is installed itself. npm puts it into the root of the workspace, so it reads the
# root's tsconfig.json, or none. The client is then made without endings, with no word about it.
# To do: say so in its configuration: `output: {path: "client", module: {extension: ".js"}}`, or `tsConfigPath` there.
# It wants Node and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir app
echo '{"private": true, "workspaces": ["app"]}' > package.json
echo '{"name": "app", "version": "1.0.0", "type": "module", "dependencies": {"@hey-api/openapi-ts": "0.99.0", "typescript": "5.9.3"}}' > app/package.json
echo '{"compilerOptions": {"module": "nodenext"}}' > app/tsconfig.json
npm install --silent --ignore-scripts > /dev/null 2>&1
cd app
echo '{"openapi": "3.1.0", "info": {"title": "Shop", "version": "1"}, "paths": {"/refund": {"get": {"operationId": "get", "responses": {"200": {"description": "One"}}}}}}' > shop.json
made() { npx openapi-ts "$@" --silent; grep -o "from '.*types.*'" client/client.gen.ts; }
of_app=$(made --input shop.json --output client)
cat > openapi-ts.config.mjs <<'JS'
export default { input: "shop.json", output: { path: "client", module: { extension: ".js" } } };
JS
said=$(made)
rm openapi-ts.config.mjs
mv tsconfig.json ..
of_root=$(made --input shop.json --output client)
echo "tsconfig.json in app: $of_app; said in the configuration: $said; tsconfig.json in the root: $of_root"
test "$of_app $said $of_root" = "from './types.gen' from './types.gen.js' from './types.gen.js'"
