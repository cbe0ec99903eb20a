// What Datadog's library for Node answers to every case: JSON on stdout, case -> answer.
//
// Calls `TraceContextService.extract`, which is what its handler wrapper calls before each invocation,
// with the propagator of `dd-trace`. The libraries are those in `node_modules` of the argument.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const peers = path.resolve(process.argv[2]);
const cases = path.join(path.dirname(fileURLToPath(import.meta.url)), "cases");
const require = createRequire(path.join(peers, "node_modules/"));
const XRAY = "_X_AMZN_TRACE_ID";

console.log = console.error; // stdout is the answer's
Object.assign(process.env, {
  AWS_LAMBDA_FUNCTION_NAME: "conformance",
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: "false",
  DD_REMOTE_CONFIGURATION_ENABLED: "false",
  DD_TRACE_STARTUP_LOGS: "false",
});

require("dd-trace").init();
const dist = path.join(peers, "node_modules/datadog-lambda-js/dist/trace");
const { TracerWrapper } = require(path.join(dist, "tracer-wrapper.js"));
const { TraceContextService, TraceSource } = require(path.join(dist, "trace-context-service.js"));
const { StepFunctionContextService } = require(path.join(dist, "step-function-service.js"));

const tracer = new TracerWrapper();
if (!tracer.isTracerAvailable) throw new Error("dd-trace isn't initialised; run .ci/peers");
const service = new TraceContextService(tracer, { decodeAuthorizerContext: true });

/** The context that becomes the parent of `aws.lambda`, as in its headers; null if there is none. */
async function answer({ name, event, text, client_context, xray }) {
  StepFunctionContextService.reset(); // as at the end of each invocation
  delete process.env[XRAY];
  if (xray !== undefined) process.env[XRAY] = xray;
  let found;
  try {
    if (text !== undefined) event = JSON.parse(text);
    const clientContext = client_context && { custom: client_context };
    found = await service.extract(event, { clientContext });
  } catch (error) {
    console.error(`${name}: ${error}`); // the wrapper logs it and invokes the handler without a parent
    return null;
  }
  // An X-Ray context is no parent unless DD_MERGE_XRAY_TRACES is set.
  return found?.source === TraceSource.Event ? ids(found) : null;
}

function ids(found) {
  const tid = found.spanContext._trace.tags["_dd.p.tid"];
  const priority = Number(found.sampleMode());
  return {
    trace_id: found.toTraceId(),
    parent_id: found.toSpanId(),
    ...(tid && BigInt(`0x${tid}`) && { tid: tid.padStart(16, "0") }),
    priority: Number.isNaN(priority) ? null : priority,
  };
}

const answers = {};
for (const file of fs.readdirSync(cases).sort()) {
  for (const one of JSON.parse(fs.readFileSync(path.join(cases, file)))) {
    answers[`${path.parse(file).name}: ${one.name}`] = await answer(one);
  }
}
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
