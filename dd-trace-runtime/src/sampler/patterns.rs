//! Which traces or spans a rule is about.

use serde::de::Error;

use super::glob::Glob;
use super::json::{Members, text};
use super::subject::Subject;

/// The patterns of a rule. One that is missing matches everything.
#[derive(Debug, Clone, Default)]
pub(super) struct Patterns {
    service: Option<Glob>,
    name: Option<Glob>,
    resource: Option<Glob>,
    tags: Vec<(String, Glob)>,
}

impl Patterns {
    /// Takes a member of a rule. Returns whether the member is a pattern. If a member is repeated, the last one
    /// counts.
    pub(super) fn take(&mut self, member: &str, json: &str) -> Result<bool, serde_json::Error> {
        match member {
            "service" => self.service = glob(json)?,
            "name" => self.name = glob(json)?,
            "resource" => self.resource = glob(json)?,
            "tags" if json == "null" => self.tags.clear(),
            "tags" => self.tags = tags(json)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Whether every span matches.
    pub(super) fn match_all(&self) -> bool {
        let patterns = [&self.service, &self.name, &self.resource];
        patterns.iter().all(|pattern| pattern.is_none()) && self.tags.is_empty()
    }

    pub(super) fn matches(&self, span: &Subject<'_>) -> bool {
        let fits =
            |glob: &Option<Glob>, text: &str| glob.as_ref().is_none_or(|glob| glob.matches(text));
        fits(&self.service, span.service)
            && fits(&self.name, &span.name)
            && fits(&self.resource, &span.resource)
            && self.tags.iter().all(|(key, glob)| span.has_tag(key, glob))
    }
}

fn glob(json: &str) -> Result<Option<Glob>, serde_json::Error> {
    Ok(text(json)?.as_deref().map(Glob::new))
}

/// Patterns of tags; a number or a flag as it is written.
fn tags(json: &str) -> Result<Vec<(String, Glob)>, serde_json::Error> {
    let Members(tags) = serde_json::from_str(json)?;
    let tags = tags.into_iter().map(|(key, value)| {
        if value.starts_with(['{', '[', 'n']) {
            return Err(serde_json::Error::custom(format_args!(
                "the tag `{key}` has no text to compare with"
            )));
        }
        let text = text(value).ok().flatten();
        Ok((key, Glob::new(text.as_deref().unwrap_or(value))))
    });
    tags.collect()
}
