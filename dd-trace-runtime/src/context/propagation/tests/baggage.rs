//! Reading and writing `baggage`.

use super::{complete, extract_with, inject, propagator};
use crate::context::carrier::Carrier;
use crate::context::propagation::{DatadogPropagator, Style};
use crate::context::trace_context::TraceContext;

fn read(header: &str) -> Vec<(String, String)> {
    let context = extract_with("baggage", header).expect("ids");
    context
        .baggage()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

#[test]
fn keys_and_values_are_percent_decoded() {
    let header = "user.id=42, na%20me = J%C3%BCrgen%2C%20x ;property=1;p2,a=b=c";
    let expected = [("user.id", "42"), ("na me", "Jürgen, x"), ("a", "b=c")];
    assert_eq!(read(header), pairs(&expected));
}

#[test]
fn one_malformed_pair_drops_all_baggage_and_keeps_the_trace() {
    for bad in ["nothing", "=1", "a=", "", "a=%FF", " = "] {
        assert_eq!(read(&format!("good=1,{bad}")), [], "{bad}");
    }
}

#[test]
fn of_two_values_for_a_key_the_last_counts() {
    assert_eq!(read("a=1,b=2,a=3"), pairs(&[("a", "3"), ("b", "2")]));
}

#[test]
fn no_more_than_64_items_are_read_and_written() {
    let header: Vec<_> = (0..70).map(|n| format!("k{n}=v")).collect();
    assert_eq!(read(&header.join(",")).len(), 64);

    let context = (0..70).fold(TraceContext::new(1, 2, None), |context, n| {
        context.with_baggage(format!("k{n}"), "v")
    });
    assert_eq!(
        inject(&context).get("baggage"),
        Some(header[..64].join(",").as_str())
    );
}

#[test]
fn no_more_than_8192_bytes_are_read_and_written() {
    let long = "v".repeat(8192 - "a=1,b=".len());
    assert_eq!(read(&format!("a=1,b={long}")).len(), 2);
    assert_eq!(read(&format!("a=1,b={long}v")).len(), 1);

    let context = TraceContext::new(1, 2, None).with_baggage("a", "1");
    let fits = context.clone().with_baggage("b", long.clone());
    assert_eq!(inject(&fits).get("baggage").map(str::len), Some(8192));
    let over = context.with_baggage("b", long + "v");
    assert_eq!(inject(&over).get("baggage"), Some("a=1"));
}

#[test]
fn what_a_header_cannot_hold_is_percent_encoded() {
    let context = TraceContext::new(1, 2, None).with_baggage("a b(é", "x=1,\"%\\;ü~");
    let expected = "a%20b%28%C3%A9=x%3D1%2C%22%25%5C%3B%C3%BC~";
    assert_eq!(inject(&context).get("baggage"), Some(expected));
}

#[test]
fn properties_of_an_item_travel_on() {
    let context = extract_with("baggage", "a=1; p=2;q , b=3").expect("ids");
    assert_eq!(inject(&context).get("baggage"), Some("a=1;p=2;q,b=3"));
}

#[test]
fn baggage_alone_is_no_trace_context() {
    let carrier: Carrier = [("baggage", "a=1")].into_iter().collect();
    assert_eq!(
        DatadogPropagator::default().extract_trace_context(&carrier),
        None
    );
}

#[test]
fn baggage_is_neither_read_nor_written_without_its_style() {
    let mut carrier = complete();
    carrier.insert("baggage", "a=1");
    let propagator = propagator(&[Style::Datadog]);
    let context = propagator.extract_trace_context(&carrier).expect("ids");
    assert_eq!(context.baggage().count(), 0);

    let mut carrier = Carrier::new();
    propagator.inject_trace_context(&context.with_baggage("a", "1"), &mut carrier);
    assert_eq!(carrier.get("baggage"), None);
}
