//! The producer's trace context, from its headers.

/// The headers of a trace context, empty where there is none.
#[derive(Default, Clone, Copy)]
pub struct Headers<'a> {
    trace_id: &'a str,
    parent_id: &'a str,
    priority: &'a str,
    tags: &'a str,
    traceparent: &'a str,
    tracestate: &'a str,
}

impl<'a> Headers<'a> {
    pub fn take(&mut self, name: &[u8], value: &'a str) {
        let header = match name {
            b"x-datadog-trace-id" => &mut self.trace_id,
            b"x-datadog-parent-id" => &mut self.parent_id,
            b"x-datadog-sampling-priority" => &mut self.priority,
            b"x-datadog-tags" => &mut self.tags,
            b"traceparent" => &mut self.traceparent,
            b"tracestate" => &mut self.tracestate,
            _ => return,
        };
        *header = value;
    }
}

pub struct Producer<'a> {
    /// The upper half of the trace's id, as a number and as it was written.
    pub trace_id_high: u64,
    pub tid: &'a str,
    pub trace_id: u64,
    pub parent_id: u64,
    pub priority: i8,
    pub decision_maker: &'a str,
    /// The last span of Datadog's, if `traceparent` names another parent.
    pub last_parent: Option<&'a str>,
}

impl<'a> Producer<'a> {
    pub fn new(headers: &Headers<'a>) -> Option<Self> {
        let trace_id = headers.trace_id.parse().ok()?;
        let parent_id = headers.parent_id.parse().ok()?;
        let (mut tid, mut decision_maker) = ("", "");
        for tag in headers.tags.split(',') {
            match tag.split_once('=') {
                Some(("_dd.p.tid", value)) => tid = value,
                Some(("_dd.p.dm", value)) => decision_maker = value,
                _ => {}
            }
        }
        let trace_id_high = hex(tid).unwrap_or_default();
        Some(Self {
            trace_id_high,
            tid,
            trace_id,
            parent_id,
            priority: headers.priority.parse().unwrap_or(1),
            decision_maker,
            last_parent: last_parent(headers, (trace_id_high, trace_id), parent_id),
        })
    }
}

/// What `tracestate` says, where `traceparent` is of the same trace and names another parent.
fn last_parent<'a>(headers: &Headers<'a>, trace_id: (u64, u64), parent_id: u64) -> Option<&'a str> {
    let part = |range| headers.traceparent.get(range).and_then(hex);
    if (part(3..19)?, part(19..35)?) != trace_id || part(36..52)? == parent_id {
        return None;
    }
    let mut vendors = headers.tracestate.split(',');
    let datadog = vendors.find_map(|member| member.strip_prefix("dd="))?;
    datadog
        .split(';')
        .find_map(|member| member.strip_prefix("p:"))
}

fn hex(digits: &str) -> Option<u64> {
    u64::from_str_radix(digits, 16).ok()
}
