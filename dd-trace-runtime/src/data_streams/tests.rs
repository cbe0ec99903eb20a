mod agent;
mod buckets;
mod consume;
mod off;
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

/// The messages of one pathway.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Counted {
    pub(crate) tags: String,
    pub(crate) parent: u64,
    pub(crate) hash: u64,
    pub(crate) messages: usize,
}

/// What was counted until now, sorted; it is gone then.
pub(crate) fn counted(streams: &DataStreams) -> Vec<Counted> {
    let taken = streams.take();
    let pathways = taken.buckets.values().flatten();
    let pathways = pathways.map(|(hashes, stats)| Counted {
        tags: stats.tags.join(","),
        parent: hashes.parent,
        hash: hashes.own,
        messages: stats.size.count(),
    });
    let mut counted: Vec<_> = pathways.collect();
    counted.sort();
    taken.discard();
    counted
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
