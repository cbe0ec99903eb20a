//! EventBridge: every entry of `PutEvents`.
//!
//! The headers are the last member, `_datadog`, of an entry's detail; an older one is replaced. The member also has the start
//! time and the bus, of which Datadog makes a span. An entry stays as it is if its detail isn't a JSON object or if it
//! would grow to 256 KiB or 1 MiB. So does a whole request that would.
//!
//! ```no_run
//! use aws_sdk_eventbridge::config::{BehaviorVersion, Builder};
//! use dd_trace_runtime::aws::DatadogTracing;
//!
//! # async fn example() -> Result<(), aws_sdk_eventbridge::Error> {
//! // With the crate `aws-config`: `Builder::from(&aws_config::load_from_env().await)`.
//! let config = Builder::new().behavior_version(BehaviorVersion::latest()).datadog_tracing().build();
//! let eventbridge = aws_sdk_eventbridge::Client::from_conf(config);
//! let entry = aws_sdk_eventbridge::types::PutEventsRequestEntry::builder();
//! let entry = entry.source("shop").detail_type("order").detail(r#"{"id":7}"#).build();
//! eventbridge.put_events().entries(entry).send().await?;
//! # Ok(())
//! # }
//! ```

#[cfg(test)]
mod tests;

use std::iter;
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_eventbridge::config::Builder;
use aws_sdk_eventbridge::operation::put_events::{PutEventsError, PutEventsInput};
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};
use aws_smithy_types::error::ErrorMetadata;
use opentelemetry::KeyValue;

use super::DatadogTracing;
use super::datadog_member::{DatadogMember, Place};
use super::interceptor::{Interceptor, Service};
use super::left_out::{LeftOut, Reason};
use super::limits::{Batch, Limit};
use super::pathway;
use crate::context::carrier::Carrier;

/// An entry, and all of a request: less than 1 MB by botocore's model of 1.44, less than 256 KB by that of 1.40
/// and by the SDK's documentation of `PutEvents`.
const LIMIT: Limit = Limit(&[262_143, 1_048_575]);

impl DatadogTracing for Builder {
    fn datadog_tracing(self) -> Self {
        self.interceptor(Interceptor::<EventBridge>::new())
    }
}

#[derive(Debug)]
struct EventBridge;

impl Service for EventBridge {
    fn tags(input: &Input, tags: &mut Vec<KeyValue>) {
        let input = input.downcast_ref::<PutEventsInput>();
        let bus = input.and_then(|input| input.entries().first()?.event_bus_name());
        if let Some(bus) = bus {
            tags.push(KeyValue::new(
                "aws.eventbridge.event_bus_name",
                bus.to_owned(),
            ));
            tags.push(KeyValue::new("eventbusname", bus.to_owned()));
        }
    }

    fn inject(input: &mut Input, headers: &dyn Fn() -> Option<Carrier>) -> Option<LeftOut> {
        put(input.downcast_mut()?, headers()?, SystemTime::now())
    }

    fn error(error: &Error) -> Option<&ErrorMetadata> {
        Some(error.downcast_ref::<PutEventsError>()?.meta())
    }
}

/// Every detail gets the headers, the time of the call, and the bus. Datadog makes a span of the last two.
///
/// EventBridge refuses an entry without a detail, so it stays as it is.
fn put(input: &mut PutEventsInput, mut carrier: Carrier, now: SystemTime) -> Option<LeftOut> {
    let start = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    carrier.insert("x-datadog-start-time", start.as_millis().to_string());
    let mut members = Members::new(DatadogMember::of(&carrier));
    let entries = input.entries.as_mut()?;
    let mut batch = Batch::new(LIMIT, LIMIT, entries.len());
    for entry in entries {
        let before = size(entry);
        let rest = before - entry.detail().map_or(0, str::len);
        let change = change(entry, before, &mut members).ok_or(Reason::NoObject);
        batch.add(
            before,
            change.map(|(length, change)| (rest + length, change)),
        );
    }
    batch.apply(|(detail, member, place)| member.put(&place, detail))
}

type Change<'a> = (&'a mut String, Rc<DatadogMember>, Place);

/// The change of the detail of an entry of `size` bytes, and the length of the detail afterwards.
fn change<'a>(
    entry: &'a mut PutEventsRequestEntry,
    size: usize,
    members: &mut Members,
) -> Option<(usize, Change<'a>)> {
    let detail = entry.detail.as_mut()?;
    let place = Place::in_json(detail)?;
    let bus = entry.event_bus_name.as_deref();
    let member = with_pathway(
        members.of_bus(bus)?,
        bus,
        entry.detail_type.as_deref(),
        size,
    )?;
    Some((
        member.added_to(detail.len(), &place),
        (detail, member, place),
    ))
}

/// The member with the header of the entry's pathway, which differs from bus to bus and from detail type to detail
/// type.
fn with_pathway(
    member: Rc<DatadogMember>,
    bus: Option<&str>,
    detail_type: Option<&str>,
    size: usize,
) -> Option<Rc<DatadogMember>> {
    let to = || pathway::Topic {
        kind: "eventbridge",
        name: detail_type,
        exchange: Some(bus.unwrap_or("default")),
    };
    let sizes = iter::once_with(|| size + member.value().len());
    let headers = pathway::add(Carrier::new(), to, sizes);
    match headers.iter().next() {
        Some((name, value)) => member.with(name, value).map(Rc::new),
        None => Some(member),
    }
}

/// The member for the entries of one bus. It is made once for consecutive entries of a bus.
#[derive(Debug)]
struct Members {
    without_bus: Rc<DatadogMember>,
    latest: Option<(String, Rc<DatadogMember>)>,
}

impl Members {
    fn new(without_bus: DatadogMember) -> Self {
        Self {
            without_bus: Rc::new(without_bus),
            latest: None,
        }
    }

    fn of_bus(&mut self, bus: Option<&str>) -> Option<Rc<DatadogMember>> {
        let Some(bus) = bus else {
            return Some(self.without_bus.clone());
        };
        if let Some((_, member)) = self.latest.as_ref().filter(|(latest, _)| latest == bus) {
            return Some(member.clone());
        }
        let member = self.without_bus.with("x-datadog-resource-name", bus)?;
        let (_, member) = self.latest.insert((bus.to_owned(), Rc::new(member)));
        Some(member.clone())
    }
}

/// The size of an entry, as in `putEventEntrySize` of dd-trace 5.132: its texts, and a fixed size for a time.
fn size(entry: &PutEventsRequestEntry) -> usize {
    const TIME: usize = 14;
    let texts = [entry.source(), entry.detail_type(), entry.detail()];
    let texts = texts.into_iter().flatten().map(str::len);
    let resources = entry.resources().iter().map(String::len);
    texts.chain(resources).sum::<usize>() + entry.time().map_or(0, |_| TIME)
}
