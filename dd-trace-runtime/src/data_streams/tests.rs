mod buckets;
mod consume;
mod pathway;
mod payload;
mod sketch;

use super::DataStreams;
use crate::config::Config;

/// With the service `orders` in `prod`, and these variables besides.
pub(super) fn streams(vars: &[(&str, &str)]) -> DataStreams {
    let usual = [
        ("DD_DATA_STREAMS_ENABLED", "true"),
        ("DD_SERVICE", "orders"),
        ("DD_ENV", "prod"),
    ];
    DataStreams::new(&config(&[&usual, vars].concat())).unwrap()
}

fn config(vars: &[(&str, &str)]) -> Config {
    Config::from_vars(|wanted| {
        let mut given = vars.iter().rev();
        let found = given.find(|(name, _)| *name == wanted);
        found.map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn nothing_is_counted_unless_it_is_asked_for() {
    for vars in [
        &[][..],
        &[("DD_DATA_STREAMS_ENABLED", "false")],
        &[
            ("DD_DATA_STREAMS_ENABLED", "true"),
            ("DD_TRACE_ENABLED", "false"),
        ],
    ] {
        assert!(DataStreams::new(&config(vars)).is_none(), "{vars:?}");
    }
}
