//! The rates that the agent asks for.

use std::sync::RwLock;

use super::rate::Rate;
use crate::json::Reader;
use crate::sync::{read, write};

/// The rates of the agent's last answer, by service and environment.
///
/// The answer of Datadog's extension contains no rates.
#[derive(Debug, Default)]
pub(crate) struct AgentRates(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    /// The answer that the rates came from: the next one is usually the same.
    answer: Vec<u8>,
    rates: Vec<ServiceRate>,
}

#[derive(Debug)]
struct ServiceRate {
    service: String,
    env: String,
    rate: Rate,
}

impl AgentRates {
    /// Takes the rates of an answer. An answer without rates changes nothing.
    pub(crate) fn update(&self, answer: &[u8]) {
        if read(&self.0).answer == answer {
            return;
        }
        let Some(rates) = rates(answer) else {
            return;
        };
        let known = Known {
            answer: answer.to_vec(),
            rates,
        };
        *write(&self.0) = known;
    }

    pub(super) fn is_empty(&self) -> bool {
        read(&self.0).rates.is_empty()
    }

    /// The rate for a service, else the one for services that the agent has no rate for.
    pub(super) fn of(&self, service: &str, env: &str) -> Option<Rate> {
        let known = read(&self.0);
        let find = |service: &str, env: &str| {
            let mut rates = known.rates.iter();
            rates.find(|rate| rate.service == service && rate.env == env)
        };
        find(service, env)
            .or_else(|| find("", ""))
            .map(|found| found.rate)
    }
}

/// The rates of an answer; `None` if it has none or is cut off.
fn rates(answer: &[u8]) -> Option<Vec<ServiceRate>> {
    let [by_service] = Reader::new(answer).members([b"rate_by_service"]);
    let mut by_service = by_service?;
    let object = by_service.object()?;
    let mut rates = Vec::new();
    while let Some(key) = by_service.member(object) {
        let rate = by_service.raw()?.parse().ok()?;
        rates.extend(ServiceRate::parse(std::str::from_utf8(&key).ok()?, rate));
    }
    by_service.has_left(object).then_some(rates)
}

impl ServiceRate {
    /// The key is `service:shop,env:prod`.
    fn parse(key: &str, rate: f64) -> Option<Self> {
        let (service, env) = key.strip_prefix("service:")?.rsplit_once(",env:")?;
        Some(Self {
            service: service.to_owned(),
            env: env.to_owned(),
            rate: Rate::clamped(rate)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(rates: &AgentRates, service: &str, env: &str) -> Option<f64> {
        rates.of(service, env).map(Rate::share)
    }

    #[test]
    fn a_service_has_its_rate_or_the_one_for_unknown_services() {
        let rates = AgentRates::default();
        assert_eq!(rate(&rates, "shop", "prod"), None);
        rates.update(br#"{"rate_by_service":{"service:shop,env:prod":0.25,"service:,env:":0.5}}"#);
        assert_eq!(rate(&rates, "shop", "prod"), Some(0.25));
        assert_eq!(rate(&rates, "shop", "test"), Some(0.5));
        rates.update(br#"{"rate_by_service":{"service:a,env:b,env:":1}}"#);
        assert_eq!(rate(&rates, "a,env:b", ""), Some(1.0));
        assert_eq!(rate(&rates, "shop", "prod"), None);
    }

    #[test]
    fn an_answer_without_rates_changes_nothing_and_one_with_none_clears_them() {
        let rates = AgentRates::default();
        rates.update(br#"{"rate_by_service":{"service:shop,env:":0.25}}"#);
        for answer in ["", "OK\n", "{}", "[]", "\u{0}", r#"{"rate_by_service":3}"#] {
            rates.update(answer.as_bytes());
            assert_eq!(rate(&rates, "shop", ""), Some(0.25), "{answer}");
        }
        rates.update(b"{\"rate_by_service\":{}}\n");
        assert_eq!(rate(&rates, "shop", ""), None);
    }

    #[test]
    fn a_rate_out_of_range_is_the_nearest_and_a_key_of_another_form_is_left_out() {
        let rates = AgentRates::default();
        rates.update(br#"{"rate_by_service":{"service:a,env:":7,"service:b,env:":-1,"shop":0.1}}"#);
        assert_eq!(rate(&rates, "a", ""), Some(1.0));
        assert_eq!(rate(&rates, "b", ""), Some(0.0));
        assert_eq!(rate(&rates, "shop", ""), None);
    }
}
