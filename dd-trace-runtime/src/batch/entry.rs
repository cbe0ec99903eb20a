//! Where the records of a batch stand in its event.

use bytes::Bytes;
use memchr::memmem::Finder;
use serde_json::value::RawValue;

use super::source::Source;
use super::text::Text;
use crate::event::raw::RawEvent;
use crate::json::Reader;
use crate::json::word::Word;

/// A record that is deserialised when it is processed.
#[derive(Debug)]
pub(super) struct Entry {
    /// The record's JSON, a part of the event.
    pub(super) json: Bytes,
    pub(super) source: Source,
}

/// The records of an event that is as AWS writes it, found in one pass.
///
/// `None` for any other event, which a parser has to read, if only to say what is wrong. What is wrong inside a
/// record is found when that is deserialised.
pub(super) fn of_event(event: &RawEvent) -> Option<Vec<Entry>> {
    let mut json = Reader::new(event.as_bytes());
    let object = json.object()?;
    if *json.member(object)? != *b"Records" {
        return None;
    }
    let array = json.array()?;
    let mut entries = Vec::new();
    let mut queue = None;
    while json.element(array) {
        let found = queue
            .as_ref()
            .and_then(|queue| Queue::next(queue, event, &mut json));
        if let Some(entry) = found {
            entries.push(entry);
            continue;
        }
        let entry = Entry::read(event, &mut json)?;
        // Only of the first record: a search that finds nothing isn't made again.
        queue = entries.is_empty().then(|| Queue::of(&entry)).flatten();
        entries.push(entry);
    }
    (json.has_left(array) && json.ends_its_object()).then_some(entries)
}

impl Entry {
    /// Reads the record that comes next.
    fn read(event: &RawEvent, json: &mut Reader<'_>) -> Option<Self> {
        let text = json.ahead();
        let source = Source::read(event, json).ok()?;
        let record = text.get(..text.len() - json.ahead().len())?;
        Some(Self {
            json: event.share(record)?,
            source,
        })
    }

    /// A record that a parser has found; an error says what is missing in it.
    pub(super) fn of_parsed(record: Box<RawValue>) -> Result<Self, String> {
        let event = RawEvent::from(String::from(Box::<str>::from(record)));
        let source = Source::read(&event, &mut Reader::new(event.as_bytes()))?;
        Ok(Self {
            json: event.into_bytes(),
            source,
        })
    }
}

/// What the records of a queue have in common: SQS writes the id of a message first, and what it says of the queue
/// last. Where the next record ends is then found by a search, which takes a fraction of what reading takes.
#[derive(Debug)]
struct Queue {
    source: Source,
    end: Bytes,
}

/// How a record begins.
const START: &[u8] = br#"{"messageId":"#;
/// How its end begins.
static END: Word = Word::new(|| Finder::new(br#","eventSource":"aws:sqs""#));
/// Every record has this name once.
static ID: Word = Word::new(|| Finder::new(br#""messageId""#));

impl Queue {
    /// If the first record is as SQS writes it.
    fn of(first: &Entry) -> Option<Self> {
        let record = first.json.strip_prefix(START)?;
        let end = record.get(END.find(record)?..)?;
        // These are the record's own members if none of them is an object or in one.
        let is_bracket = |byte: &u8| matches!(byte, b'{' | b'}' | b'[' | b']');
        let is_flat = !end.strip_suffix(b"}")?.iter().any(is_bracket);
        is_flat.then(|| Self {
            source: first.source.clone(),
            end: first.json.slice_ref(end),
        })
    }

    /// The record that comes next, if it is another one of the queue.
    ///
    /// The search can't take two records for one, the second of which has an id, too. In strings it finds nothing: there
    /// a quote has a backslash before it. What only looks like an end, in an object of the record, isn't followed by
    /// the end of the batch where that has to be.
    fn next(&self, event: &RawEvent, json: &mut Reader<'_>) -> Option<Entry> {
        let text = json.ahead();
        let record = text.strip_prefix(START)?;
        let (inside, end) = record.split_at_checked(END.find(record)?)?;
        let after = end.strip_prefix(&*self.end)?;
        let id = Reader::new(record).string()?;
        if id.is_empty() || ID.find(inside).is_some() {
            return None;
        }
        let length = text.len() - after.len();
        json.pass(length);
        Some(Entry {
            json: event.share(text.get(..length)?)?,
            source: Source {
                id: Text::of(event, id),
                ..self.source.clone()
            },
        })
    }
}
