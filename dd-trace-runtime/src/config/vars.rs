//! Environment variables that are flags or numbers. A value that can't be read is reported and has no effect.

use std::str::FromStr;

use crate::log;

/// A boolean: `true` and `1` in any case, `false` and `0` likewise; anything else is reported.
#[inline(never)]
pub(crate) fn flag(var: &dyn Fn(&str) -> Option<String>, name: &str, default: bool) -> bool {
    match var(name) {
        None => default,
        Some(value) if value == "1" || value.eq_ignore_ascii_case("true") => true,
        Some(value) if value == "0" || value.eq_ignore_ascii_case("false") => false,
        Some(value) => {
            log::warn!("{name} is `{value}`; write `true` or `false`; taken as `{default}`");
            default
        }
    }
}

/// A whole number.
pub(crate) fn number<T: FromStr>(var: &dyn Fn(&str) -> Option<String>, name: &str) -> Option<T> {
    let value = var(name)?;
    let number = value.parse().ok();
    if number.is_none() {
        log::warn!("{name} is `{value}`; write a whole number; ignored");
    }
    number
}
