//! Which service a span belongs to.

#[cfg(test)]
mod tests;

use crate::config::vars::flag;
use crate::log;

/// The service of a process that isn't a Lambda function and has no `DD_SERVICE`: a name that shows it.
pub(crate) const NO_NAME: &str = "unnamed-rust-service";

/// What the environment says about services.
#[derive(Debug, Clone)]
pub(crate) struct ServiceNames {
    /// `DD_SERVICE`, or the service that another variable names.
    service: Option<String>,
    /// `AWS_LAMBDA_FUNCTION_NAME`.
    function: Option<String>,
    /// `DD_SERVICE_MAPPING`: a handful of names. The last of equal ones counts.
    mapping: Vec<(String, String)>,
    /// `DD_TRACE_AWS_SERVICE_REPRESENTATION_ENABLED`: a service is named after its AWS resource.
    after_resources: bool,
    /// `DD_TRACE_REMOVE_INTEGRATION_SERVICE_NAMES_ENABLED`: every span belongs to `DD_SERVICE`.
    one_service: bool,
}

impl ServiceNames {
    pub(crate) fn from_vars(var: &dyn Fn(&str) -> Option<String>, service: Option<String>) -> Self {
        Self {
            service,
            function: var("AWS_LAMBDA_FUNCTION_NAME"),
            mapping: var("DD_SERVICE_MAPPING")
                .map(|value| mapping(&value))
                .unwrap_or_default(),
            after_resources: flag(var, "DD_TRACE_AWS_SERVICE_REPRESENTATION_ENABLED", true),
            one_service: flag(
                var,
                "DD_TRACE_REMOVE_INTEGRATION_SERVICE_NAMES_ENABLED",
                false,
            ),
        }
    }

    /// The service of the `aws.lambda` span and of every span that names none.
    ///
    /// It is `DD_SERVICE`, else the function's name unless that is switched off, else `aws.lambda` (as in Python and
    /// Node). Outside Lambda it is [`NO_NAME`].
    pub(crate) fn own(&self) -> &str {
        if let Some(service) = &self.service {
            return service;
        }
        match &self.function {
            Some(function) if self.after_resources => function,
            Some(_) => "aws.lambda",
            None => NO_NAME,
        }
    }

    /// `DD_SERVICE`.
    pub(crate) fn given(&self) -> Option<&str> {
        self.service.as_deref()
    }

    /// The service of an inferred span (as in Python and Node).
    ///
    /// It is what `DD_SERVICE_MAPPING` gives for `specific`, the resource, or for `generic`, its kind, such as
    /// `lambda_sqs`; else `DD_SERVICE`, if every span is to have it; else `instance`, the resource's own name, or
    /// `fallback` if that is blank or switched off.
    pub(crate) fn resolve<'a>(
        &'a self,
        specific: &str,
        generic: &str,
        instance: &'a str,
        fallback: &'a str,
    ) -> &'a str {
        if let Some(mapped) = self.mapped(specific).or_else(|| self.mapped(generic)) {
            return mapped;
        }
        if let Some(service) = self.service.as_deref().filter(|_| self.one_service) {
            return service;
        }
        match instance.trim() {
            instance if self.after_resources && !instance.is_empty() => instance,
            _ => fallback,
        }
    }

    fn mapped(&self, key: &str) -> Option<&str> {
        let mut mapping = self.mapping.iter().rev();
        mapping
            .find(|(from, _)| from == key)
            .map(|(_, to)| to.as_str())
    }
}

/// `from:to,from:to`. A name mapped to itself is ignored.
fn mapping(value: &str) -> Vec<(String, String)> {
    let mut mapping = Vec::new();
    let mut malformed = Vec::new();
    for entry in value.split(',') {
        match entry
            .split_once(':')
            .map(|(from, to)| (from.trim(), to.trim()))
        {
            Some((from, to)) if !from.is_empty() && !to.is_empty() && !to.contains(':') => {
                if from != to {
                    mapping.push((from.to_owned(), to.to_owned()));
                }
            }
            _ if entry.trim().is_empty() => {}
            _ => malformed.push(entry.trim()),
        }
    }
    if !malformed.is_empty() {
        log::warn!(
            "DD_SERVICE_MAPPING has `{}`; write `name:service,name:service`; ignored",
            malformed.join("`, `")
        );
    }
    mapping
}
