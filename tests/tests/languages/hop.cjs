// A Lambda function in Node under Datadog's library: the invocation on stdin, its carriers on stdout.
//
// The handler answers with the carriers that `getTraceHeaders()` and the tracer would put into its next message.
const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");

const [peers, extractor] = process.argv.slice(2);
const load = createRequire(path.join(path.resolve(peers), "node_modules/"));
const print = console.log;
console.log = console.error; // stdout is for the answer

// The library comes first, as in its own entry point: loaded after it, the tracer's patch drops `config`.
const { datadog, getTraceHeaders } = load("datadog-lambda-js");
const tracer = load("dd-trace").init();

async function handler() {
  const injected = {};
  tracer.inject(tracer.scope().active(), "text_map", injected);
  return { helper: getTraceHeaders(), injected };
}

const { event, client_context } = JSON.parse(fs.readFileSync(0));
const context = {
  awsRequestId: "9c2b3f0e-1111-2222-3333-444455556666",
  clientContext: client_context && { custom: client_context },
  functionName: "node",
  functionVersion: "$LATEST",
  getRemainingTimeInMillis: () => 3000,
  invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:node",
  memoryLimitInMB: "128",
};
const config = extractor && { traceExtractor: require("./documented.cjs")[extractor] };
// The process ends by itself, once the spans are sent.
datadog(handler, config)(event, context).then((answer) => print(JSON.stringify(answer)));
