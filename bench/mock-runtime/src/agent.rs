//! The Datadog agent: takes traces and counts their spans.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::http::{respond, serve};
use crate::options::{AgentIs, SLOW};

pub struct Agent {
    pub port: u16,
    spans: Arc<AtomicUsize>,
}

impl Agent {
    /// How many spans have arrived.
    pub fn spans(&self) -> usize {
        self.spans.load(Ordering::Relaxed)
    }
}

/// Starts the agent, which writes the traces of each request to `dump`, over those of the one before.
pub fn start(behaviour: AgentIs, dump: Option<PathBuf>) -> io::Result<Agent> {
    let spans = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&spans);
    let port = serve(move |request, connection| {
        if behaviour == AgentIs::Hanging {
            loop {
                thread::park();
            }
        }
        if behaviour == AgentIs::Slow {
            thread::sleep(SLOW);
        }
        if let Some(file) = &dump
            && request.path.ends_with("/traces")
        {
            fs::write(file, &request.body)?;
        }
        counted.fetch_add(count(&request.body).unwrap_or_default(), Ordering::Relaxed);
        respond(connection, "200 OK", "", br#"{"rate_by_service":{}}"#)
    })?;
    Ok(Agent { port, spans })
}

/// How many spans a v0.4 payload has: an array of traces, each an array of spans.
fn count(payload: &[u8]) -> Option<usize> {
    let mut rest = payload;
    let mut spans = 0;
    for _ in 0..array(&mut rest)? {
        let trace = array(&mut rest)?;
        spans += trace;
        for _ in 0..trace {
            skip(&mut rest)?;
        }
    }
    Some(spans)
}

/// Reads the header of an array.
fn array(rest: &mut &[u8]) -> Option<usize> {
    match byte(rest)? {
        length @ 0x90..=0x9f => Some(usize::from(length & 0xf)),
        0xdc => number(rest, 2),
        0xdd => number(rest, 4),
        _ => None,
    }
}

/// Steps over one value of `MessagePack`.
fn skip(rest: &mut &[u8]) -> Option<()> {
    let marker = byte(rest)?;
    let low = usize::from(marker & 0xf);
    let (bytes, values) = match marker {
        0x00..=0x7f | 0xc0 | 0xc2 | 0xc3 | 0xe0.. => (0, 0),
        0x80..=0x8f => (0, 2 * low),
        0x90..=0x9f => (0, low),
        0xa0..=0xbf => (usize::from(marker & 0x1f), 0),
        0xc4 | 0xd9 => (number(rest, 1)?, 0),
        0xc5 | 0xda => (number(rest, 2)?, 0),
        0xc6 | 0xdb => (number(rest, 4)?, 0),
        0xcc | 0xd0 => (1, 0),
        0xcd | 0xd1 => (2, 0),
        0xca | 0xce | 0xd2 => (4, 0),
        0xcb | 0xcf | 0xd3 => (8, 0),
        0xdc => (0, number(rest, 2)?),
        0xdd => (0, number(rest, 4)?),
        0xde => (0, 2 * number(rest, 2)?),
        0xdf => (0, 2 * number(rest, 4)?),
        // Extension types, which no trace has.
        _ => return None,
    };
    *rest = rest.get(bytes..)?;
    for _ in 0..values {
        skip(rest)?;
    }
    Some(())
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    let (byte, after) = rest.split_first()?;
    *rest = after;
    Some(*byte)
}

/// A big-endian number of `width` bytes.
fn number(rest: &mut &[u8], width: usize) -> Option<usize> {
    let (digits, after) = rest.split_at_checked(width)?;
    *rest = after;
    let value = digits
        .iter()
        .fold(0, |value, digit| value << 8 | usize::from(*digit));
    Some(value)
}
