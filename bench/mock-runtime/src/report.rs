//! The results of a run, as one line of JSON.

use std::time::Duration;

use crate::function::Memory;
use crate::runtime_api::Measured;

pub struct Report {
    /// Whether every invocation was answered, without an error.
    pub finished: bool,
    pub measured: Measured,
    pub memory: Memory,
    /// How many spans the agent has received.
    pub spans: usize,
}

impl Report {
    /// The report; times are in microseconds, one number per invocation.
    pub fn to_json(&self) -> String {
        let Measured {
            start_to_first_poll,
            responses,
            cycles,
            errors,
        } = &self.measured;
        format!(
            r#"{{"finished":{},"start_us":{},"response_us":[{}],"cycle_us":[{}],"peak_kib":{},"written_kib":{},"threads":{},"spans":{},"errors":{},"first_error":{}}}"#,
            self.finished,
            micros(&start_to_first_poll.unwrap_or_default()),
            list(responses),
            list(cycles),
            self.memory.peak_kib,
            self.memory.written_kib,
            self.memory.threads,
            self.spans,
            errors.len(),
            quoted(errors.first().map_or("", String::as_str)),
        )
    }
}

fn list(times: &[Duration]) -> String {
    let times: Vec<String> = times.iter().map(micros).collect();
    times.join(",")
}

fn micros(time: &Duration) -> String {
    format!("{:.3}", time.as_secs_f64() * 1e6)
}

fn quoted(text: &str) -> String {
    let escape = |character: char| match character {
        '"' | '\\' => format!("\\{character}"),
        '\0'..='\x1f' => " ".to_owned(),
        _ => character.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}
