// The sample extractor of Datadog's page on serverless trace propagation.
exports.json = (payload) => {
  const traceData = payload._datadog;
  const traceID = traceData["x-datadog-trace-id"];
  const parentID = traceData["x-datadog-parent-id"];
  const sampledHeader = traceData["x-datadog-sampling-priority"];
  const sampleMode = parseInt(sampledHeader, 10);

  return { parentID, sampleMode, source: "event", traceID };
};
