/// Context
#[derive(Debug)]
pub struct TraceContext;
