/**
 * Makes `types/`, which no commit holds: of `src/` by TypeScript, and of both providers' APIs by openapi-typescript
 * from the OpenAPI documents of this project.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import ts from "typescript";
import openapiTS, { astToString } from "openapi-typescript";

const DOCUMENTS = `
import json
from sandbox.app import create_app
from sandbox.settings import Settings
client = create_app(Settings()).test_client()
print(json.dumps({name: client.get(f"/_sandbox/openapi/{name}.json").json for name in ("lean", "lahza")}))
`;

rmSync("types", { recursive: true, force: true });
mkdirSync("types");
const { options, fileNames, errors } = ts.parseJsonConfigFileContent(
  ts.readConfigFile("tsconfig.json", ts.sys.readFile).config, ts.sys, ".");
const program = ts.createProgram(fileNames, options);
const found = [...errors, ...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
if (found.length) {
  process.stderr.write(ts.formatDiagnostics(found, ts.createCompilerHost(options)));
  process.exit(1);
}
const python = process.env.PYTHON ?? "python3";
const made = execFileSync(python, ["-c", DOCUMENTS], { encoding: "utf-8", maxBuffer: 2 ** 26 });
for (const [name, document] of Object.entries(JSON.parse(made))) {
  writeFileSync(`types/${name}.d.ts`, astToString(await openapiTS(document)));
}
