//! The Lambda Runtime API: hands out invocations one after the other and times each.

use std::fs;
use std::io;
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::http::{Request, respond, serve};
use crate::options::Options;

pub struct RuntimeApi {
    event: Vec<u8>,
    warmup: usize,
    /// How many invocations there are, with those that aren't measured.
    invocations: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    first_poll: Option<Instant>,
    handed_out: usize,
    handed_out_at: Option<Instant>,
    responses: Vec<Duration>,
    cycles: Vec<Duration>,
    errors: Vec<String>,
    finished: bool,
}

/// Measurements of the function.
pub struct Measured {
    pub start_to_first_poll: Option<Duration>,
    /// From the event to the response.
    pub responses: Vec<Duration>,
    /// From the event to the question for the next, which is the time that is billed.
    pub cycles: Vec<Duration>,
    pub errors: Vec<String>,
}

pub fn start(api: &Arc<RuntimeApi>) -> io::Result<u16> {
    let api = Arc::clone(api);
    serve(move |request, connection| api.answer(request, connection))
}

impl RuntimeApi {
    pub fn new(options: &Options) -> io::Result<Self> {
        Ok(Self {
            event: fs::read(&options.event)?,
            warmup: options.warmup,
            invocations: options.warmup + options.invocations,
            state: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    /// Waits until the function has asked for one invocation more than there are. Returns `false` if it has failed, has
    /// exited, or takes too long.
    pub fn wait(&self, limit: Duration, mut has_exited: impl FnMut() -> bool) -> bool {
        let deadline = Instant::now() + limit;
        let mut state = self.state();
        while !state.finished {
            if has_exited() || Instant::now() > deadline {
                return false;
            }
            let wait = Duration::from_millis(100);
            (state, _) = self.changed.wait_timeout(state, wait).expect("no panic");
        }
        state.errors.is_empty()
    }

    pub fn measured(&self, started: Instant) -> Measured {
        let state = self.state();
        Measured {
            start_to_first_poll: state.first_poll.map(|first| first - started),
            responses: state.responses.clone(),
            cycles: state.cycles.clone(),
            errors: state.errors.clone(),
        }
    }

    fn answer(&self, request: &Request, connection: &mut TcpStream) -> io::Result<()> {
        let now = Instant::now();
        let path = request.path.as_str();
        if path.ends_with("/invocation/next") {
            return self.next(now, connection);
        }
        let mut state = self.state();
        if path.ends_with("/response") && state.handed_out > self.warmup {
            let taken = state.handed_out_at.map_or(Duration::ZERO, |at| now - at);
            state.responses.push(taken);
        }
        if path.ends_with("/error") {
            let error = String::from_utf8_lossy(&request.body).into_owned();
            state.errors.push(error);
            state.finished |= path.ends_with("/init/error");
            self.changed.notify_all();
        }
        drop(state);
        respond(connection, "202 Accepted", "", br#"{"status":"OK"}"#)
    }

    fn next(&self, now: Instant, connection: &mut TcpStream) -> io::Result<()> {
        let mut state = self.state();
        state.first_poll.get_or_insert(now);
        if state.handed_out > self.warmup {
            let taken = state.handed_out_at.map_or(Duration::ZERO, |at| now - at);
            state.cycles.push(taken);
        }
        if state.handed_out == self.invocations {
            state.finished = true;
            self.changed.notify_all();
            drop(state);
            // The sandbox has no more work: the function waits until it is stopped.
            loop {
                thread::park();
            }
        }
        state.handed_out += 1;
        let headers = invocation_headers(state.handed_out);
        state.handed_out_at = Some(Instant::now());
        drop(state);
        respond(connection, "200 OK", &headers, &self.event)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic while it is locked")
    }
}

/// The headers of an invocation with five minutes to go.
fn invocation_headers(number: usize) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let deadline = now.unwrap_or_default().as_millis() + 300_000;
    format!(
        "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-{number:012x}\r\n\
         Lambda-Runtime-Deadline-Ms: {deadline}\r\n\
         Lambda-Runtime-Invoked-Function-Arn: \
         arn:aws:lambda:us-east-1:123456789012:function:bench\r\n\
         Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;\
         Parent=9a9197af755a6419;Sampled=1\r\n"
    )
}
