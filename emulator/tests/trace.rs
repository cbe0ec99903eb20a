//! From spans to traces, and to text.

use emulator::{Span, Traces};

fn span(name: &str, id: u64, parent: u64, start: i64, duration: i64) -> Span {
    Span {
        service: "shop".to_owned(),
        name: name.to_owned(),
        resource: format!("/{name}"),
        trace_id: 1,
        span_id: id,
        parent_id: parent,
        start: start * 1_000_000,
        duration: duration * 1_000_000,
        ..Span::default()
    }
}

fn tree(spans: impl IntoIterator<Item = Span>) -> (bool, String) {
    let traces = Traces::from_spans(spans);
    (traces.connected(), traces.to_tree())
}

#[test]
fn spans_are_below_their_parents_in_order_of_time_however_they_arrived() {
    let spans = [
        span("late", 4, 1, 30, 1),
        span("leaf", 3, 2, 20, 1),
        span("early", 2, 1, 10, 15),
        span("root", 1, 0, 0, 50),
    ];
    let expected = "\
root  /root  [shop]
  early  /early  [shop]
    leaf  /leaf  [shop]
  late  /late  [shop]
";
    assert_eq!(tree(spans), (true, expected.to_owned()));
}

#[test]
fn a_span_whose_parent_is_missing_is_a_root_and_says_so() {
    let spans = [span("root", 1, 0, 0, 9), span("orphan", 2, 77, 5, 1)];
    let expected = "\
root  /root  [shop]
orphan  /orphan  [shop]  parent missing
";
    assert_eq!(tree(spans), (false, expected.to_owned()));
}

#[test]
fn a_trace_that_continues_one_of_another_service_is_connected() {
    let (connected, _) = tree([span("root", 1, 77, 0, 9), span("child", 2, 1, 5, 1)]);
    assert!(connected);
}

#[test]
fn traces_with_the_same_low_bits_stay_apart() {
    let mut other = span("b", 2, 1, 1, 1);
    other.trace_id_high = 9;
    let traces = Traces::from_spans([other, span("a", 1, 0, 0, 9)]);
    assert!(!traces.connected());
    assert_eq!(
        traces.to_tree(),
        "a  /a  [shop]\n\nb  /b  [shop]  parent missing\n"
    );
    assert_eq!(traces.as_slice()[1].id(), (9 << 64) | 1);
}

#[test]
fn a_failed_span_shows_its_message() {
    let mut failed = span("root", 1, 0, 0, 9);
    failed.error = 1;
    failed
        .meta
        .insert("error.message".to_owned(), "out of stock".to_owned());
    assert_eq!(
        tree([failed]).1,
        "root  /root  [shop]  ERROR out of stock\n"
    );
}

#[test]
fn every_span_is_shown_once_though_ids_repeat_or_parents_go_in_a_circle() {
    let spans = [
        span("a", 1, 2, 0, 9),
        span("b", 2, 1, 1, 9),
        span("self", 3, 3, 2, 9),
        span("twin", 4, 0, 3, 9),
        span("twin", 4, 0, 4, 9),
        span("child", 5, 4, 5, 1),
    ];
    let expected = "\
twin  /twin  [shop]
  child  /child  [shop]
twin  /twin  [shop]
a  /a  [shop]  parent missing
  b  /b  [shop]
self  /self  [shop]  parent missing
";
    assert_eq!(tree(spans), (false, expected.to_owned()));
}

#[test]
fn no_spans_make_no_trace() {
    assert_eq!(tree([]), (false, String::new()));
}

#[test]
fn the_timeline_has_a_bar_for_each_span_and_ids() {
    let mut failed = span("leaf", 2, 1, 20, 10);
    failed.error = 1;
    let spans = [
        span("root", 1, 0, 0, 40),
        failed,
        span("tail", 3, 0x4d, 40, 0),
    ];
    let expected = "\
trace 00000000000000000000000000000001  40.00 ms
root  /root  [shop]    |████████████████████████████████████████|   40.00 ms
  leaf  /leaf  [shop]  |                    ██████████          |   10.00 ms  ERROR
tail  /tail  [shop]    |                                       █|    0.00 ms  parent 000000000000004d missing
";
    assert_eq!(Traces::from_spans(spans).to_timeline(), expected);
}

#[test]
fn a_timeline_is_no_larger_than_a_terminal_shows() {
    let deep = |id: u64| span("deep", id, id - 1, 0, 1);
    let mut spans: Vec<Span> = (1..=500).map(deep).collect();
    spans[0].resource = "é".repeat(5_000);
    spans[1].error = 1;
    spans[1]
        .meta
        .insert("error.message".to_owned(), "no ".repeat(5_000));
    let timeline = Traces::from_spans(spans).to_timeline();
    assert_eq!(timeline.lines().count(), 102);
    assert!(timeline.ends_with("and 400 spans more\n"), "{timeline}");
    let longest = timeline.lines().map(|line| line.chars().count()).max();
    assert!(longest < Some(340), "{longest:?}");
}
