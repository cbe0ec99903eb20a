// The traces that Datadog's library for Node makes of every case: JSON on stdout, case -> traces.
//
// Invokes a handler wrapped by `datadog`, as a function does, and reads back what the tracer sent to the
// APM test agent at `DD_TRACE_AGENT_URL`, which has to be there for this alone. The libraries are those in
// `node_modules` of the argument.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const peers = path.resolve(process.argv[2]);
const cases = path.join(path.dirname(fileURLToPath(import.meta.url)), "cases");
const require = createRequire(path.join(peers, "node_modules/"));
const AGENT = process.env.DD_TRACE_AGENT_URL;
const WORK = Number(process.env.WORK_SECONDS) * 1000;
const EXTENSION = "/opt/extensions/datadog-agent";
const LIMIT = 20_000;

// stdout is the answer's, and the library writes metrics to it.
const answer = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
Object.assign(process.env, {
  DD_ENHANCED_METRICS: "false",
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: "false",
  DD_REMOTE_CONFIGURATION_ENABLED: "false",
  DD_TRACE_DISABLED_INSTRUMENTATIONS: "fetch,http,net,undici", // which this file uses itself
  DD_TRACE_GIT_METADATA_ENABLED: "false",
  DD_TRACE_STARTUP_LOGS: "false",
});
// Without the extension in its place the tracer prints its spans instead of sending them.
const existsSync = require("node:fs").existsSync;
require("node:fs").existsSync = (file) => file === EXTENSION || existsSync(file);

require("dd-trace").init();
const lambda = path.join(peers, "node_modules/datadog-lambda-js/dist");
const { datadog } = require(path.join(lambda, "index.js"));
const { _resetColdStart } = require(path.join(lambda, "utils/cold-start.js"));

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const agent = (way) => fetch(AGENT + way, { signal: AbortSignal.timeout(LIMIT) });

class CaseError extends Error {}

/** Those of an invocation that is the first of its process. */
async function traces({ event, response, throws, client_context }) {
  _resetColdStart();
  const handler = datadog(async () => {
    await wait(WORK);
    if (throws !== undefined) throw new CaseError(throws);
    return response ?? null;
  });
  const context = {
    awsRequestId: "5d3c9b1f-2a64-4e0f-9d4b-7c8e1f2a3b4c",
    clientContext: client_context && { custom: client_context },
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    invokedFunctionArn: process.env.FUNCTION_ARN,
    getRemainingTimeInMillis: () => 60_000,
  };
  await agent("/test/session/clear");
  await handler(event, context).catch((error) => {
    if (!(error instanceof CaseError)) throw error;
  });
  // A trace is sent as a whole, some time after its last span has ended.
  for (const start = Date.now(); Date.now() - start < LIMIT; await wait(20)) {
    // As text: numbers of this language have no room for ids.
    const sent = await (await agent("/test/session/traces")).text();
    if (sent.includes(`"aws.lambda"`)) return sent;
  }
  throw new Error("no trace arrived");
}

const answers = [];
for (const file of fs.readdirSync(cases).sort()) {
  const one = JSON.parse(fs.readFileSync(path.join(cases, file)));
  answers.push(`${JSON.stringify(path.parse(file).name)}:${await traces(one)}`);
}
answer(`{${answers}}`, () => process.exit(0));
