//! Traces as a picture.

mod axis;
mod markup;

use std::collections::BTreeMap;

use emulator::{Row, Traces};

use self::axis::Axis;
use self::markup::Markup;

const WIDTH: f64 = 1120.0;
const MARGIN: f64 = 24.0;
/// Where the bars begin, to the right of the labels.
const BARS: f64 = 440.0;
/// Where the time axis ends. The durations of the last spans are to the right of it.
const BARS_END: f64 = 1020.0;
const ROW: f64 = 28.0;
const BAR: f64 = 16.0;
const INDENT: f64 = 16.0;
/// The height above the first row: title, verdict, legend, axis.
const HEAD: f64 = 138.0;

/// Distinguishable without colour vision and on paper, too. Services take them in the order of their names.
const COLOURS: [&str; 7] = [
    "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#777777",
];
const INK: &str = "#1f2430";
const FAINT: &str = "#6b7280";
const GRID: &str = "#e5e7eb";
const WRONG: &str = "#c81e1e";

/// The traces as a waterfall: a bar for each span on one time axis, coloured by service.
pub(super) fn waterfall(traces: &Traces, verdict: &str) -> String {
    let lines: usize = traces
        .as_slice()
        .iter()
        .map(|trace| trace.spans().len() + 1)
        .sum();
    let height = HEAD + rows(lines) + MARGIN;
    let colours = colours(traces);
    let axis = Axis::new(traces, BARS, BARS_END);
    let mut svg = Markup::new(WIDTH, height);
    head(&mut svg, traces, verdict, &colours);
    grid(&mut svg, &axis, height - MARGIN);
    let mut top = HEAD;
    for trace in traces.as_slice() {
        svg.text(
            MARGIN,
            top + 18.0,
            FAINT,
            12.0,
            &format!("trace {:032x}", trace.id()),
        );
        top += ROW;
        for row in trace.rows() {
            draw(&mut svg, &axis, &row, &colours, top);
            top += ROW;
        }
    }
    svg.finish()
}

fn colours(traces: &Traces) -> BTreeMap<&str, &'static str> {
    traces
        .services()
        .into_iter()
        .zip(COLOURS.into_iter().cycle())
        .collect()
}

fn head(svg: &mut Markup, traces: &Traces, verdict: &str, colours: &BTreeMap<&str, &str>) {
    let ink = if traces.connected() { FAINT } else { WRONG };
    svg.heading(MARGIN, 38.0, INK, "One order through four functions");
    svg.text(MARGIN, 60.0, ink, 13.0, verdict);
    let mut left = MARGIN;
    for (service, colour) in colours {
        svg.bar(left, 76.0, 12.0, 12.0, colour, None);
        svg.text(left + 18.0, 87.0, INK, 12.0, service);
        left += 18.0 + markup::width(service, 12.0) + 20.0;
    }
}

fn grid(svg: &mut Markup, axis: &Axis, bottom: f64) {
    for tick in axis.ticks() {
        svg.line(tick.x, HEAD - 12.0, tick.x, bottom, GRID);
        svg.centred(tick.x, HEAD - 18.0, FAINT, 11.0, &tick.label);
    }
}

fn draw(svg: &mut Markup, axis: &Axis, row: &Row<'_>, colours: &BTreeMap<&str, &str>, top: f64) {
    let span = row.span;
    let left = MARGIN + INDENT * depth(row.depth);
    let base = top + 18.0;
    let missing = if row.parent_missing {
        " (parent missing)"
    } else {
        ""
    };
    let label = format!("{}  {}{missing}", span.name, span.resource);
    let ink = if row.parent_missing { WRONG } else { INK };
    svg.text(
        left,
        base,
        ink,
        13.0,
        &markup::fit(&label, 13.0, BARS - left - 12.0),
    );

    let from = axis.x(span.start);
    // Every span is visible, however short it is.
    let width = (axis.x(span.end()) - from).max(2.0);
    let colour = colours.get(span.service.as_str()).copied().unwrap_or(FAINT);
    let failed = span.error != 0;
    svg.titled(&title(row), |svg| {
        svg.bar(from, top + 6.0, width, BAR, colour, failed.then_some(WRONG));
    });
    let time = axis::time(span.duration);
    let note = if failed {
        format!("{time}  error")
    } else {
        time
    };
    let ink = if failed { WRONG } else { FAINT };
    svg.text(from + width + 6.0, base, ink, 11.0, &note);
}

/// The text under the pointer.
fn title(row: &Row<'_>) -> String {
    let span = row.span;
    let time = axis::time(span.duration);
    let error = span
        .meta
        .get("error.message")
        .map_or(String::new(), |message| format!(", error: {message}"));
    format!(
        "{} {} of {}, span {:016x}, {time}{error}",
        span.name, span.resource, span.service, span.span_id
    )
}

fn rows(lines: usize) -> f64 {
    ROW * depth(lines)
}

/// Exact for any number of lines that a picture can have.
fn depth(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use emulator::Span;

    use super::*;

    fn span(name: &str, service: &str, id: u64, parent: u64, start: i64) -> Span {
        Span {
            name: name.to_owned(),
            service: service.to_owned(),
            trace_id: 7,
            span_id: id,
            parent_id: parent,
            start: start * 1_000_000,
            duration: 10_000_000,
            ..Span::default()
        }
    }

    fn attribute<'a>(node: &roxmltree::Node<'a, '_>, name: &str) -> &'a str {
        node.attribute(name).unwrap()
    }

    #[test]
    fn text_is_escaped_so_that_the_picture_is_well_formed() {
        let mut failed = span("<a & \"b\">", "it's", 1, 0, 0);
        failed.error = 1;
        failed
            .meta
            .insert("error.message".to_owned(), "a\u{1}<b>\u{fffe}".to_owned());
        let picture = waterfall(&Traces::from_spans([failed]), "x < y");
        let document = roxmltree::Document::parse(&picture).unwrap();
        let texts: Vec<&str> = document
            .descendants()
            .filter_map(|node| node.text())
            .collect();
        assert!(texts.contains(&"x < y"), "{texts:?}");
        assert!(
            texts.iter().any(|text| text.contains("<a & \"b\">")),
            "{texts:?}"
        );
        assert!(texts.contains(&"it's"), "{texts:?}");
    }

    #[test]
    fn each_span_has_a_bar_of_its_time_in_the_colour_of_its_service() {
        let spans = [
            span("root", "shop", 1, 0, 0),
            span("child", "shop", 2, 1, 10),
            span("other", "queue", 3, 1, 30),
        ];
        let picture = waterfall(&Traces::from_spans(spans), "connected");
        let document = roxmltree::Document::parse(&picture).unwrap();
        let bars: Vec<_> = document
            .descendants()
            .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "g")))
            .filter_map(|node| node.descendants().find(|child| child.has_attribute("rx")))
            .collect();
        let of =
            |name: &str| -> Vec<&str> { bars.iter().map(|bar| attribute(bar, name)).collect() };
        // The axis has 580 units for 40 ms.
        assert_eq!(of("x"), ["440.0", "585.0", "875.0"]);
        assert_eq!(of("width"), ["145.0", "145.0", "145.0"]);
        let fills = of("fill");
        assert_eq!(fills[0], fills[1]);
        assert_ne!(fills[0], fills[2]);
    }

    #[test]
    fn a_picture_without_spans_is_drawn_too() {
        let picture = waterfall(&Traces::default(), "NOT connected: no spans came");
        roxmltree::Document::parse(&picture).unwrap();
    }
}
