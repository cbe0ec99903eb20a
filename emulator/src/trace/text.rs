//! Traces as text.

use std::fmt::Write;

use super::{Row, Trace, Traces};

/// The width of the time axis, in characters.
const AXIS: usize = 40;

/// The most rows of a timeline, levels of its indentation, and characters of a description and of an error in it:
/// what a terminal shows. The page has the rest.
const ROWS: usize = 100;
const LEVELS: usize = 12;
const LABEL: usize = 80;
const NOTES: usize = 160;

impl Traces {
    /// The traces as indented trees without times or ids, which are the same for every run with the same spans.
    #[must_use]
    pub fn to_tree(&self) -> String {
        let trees: Vec<String> = self.as_slice().iter().map(Trace::to_tree).collect();
        trees.join("\n")
    }

    /// The traces as indented trees with ids, and the time of each span on an axis.
    #[must_use]
    pub fn to_timeline(&self) -> String {
        let timelines: Vec<String> = self.as_slice().iter().map(Trace::to_timeline).collect();
        timelines.join("\n")
    }
}

impl Trace {
    /// The trace as an indented tree. Each span has a line with its name, resource, service and problems.
    #[must_use]
    pub fn to_tree(&self) -> String {
        let mut tree = String::new();
        for row in self.rows() {
            tree.push_str(&row.label());
            let notes = row.notes(false);
            if !notes.is_empty() {
                tree.push_str("  ");
                tree.push_str(&notes);
            }
            tree.push('\n');
        }
        tree
    }

    /// The trace as an indented tree below its id, and the time of each span on an axis.
    #[must_use]
    pub fn to_timeline(&self) -> String {
        let rows = self.rows();
        let (rows, rest) = rows.split_at(rows.len().min(ROWS));
        let labels: Vec<String> = rows
            .iter()
            .map(|row| "  ".repeat(row.depth.min(LEVELS)) + &cut(&row.description(), LABEL))
            .collect();
        let width = labels
            .iter()
            .map(|label| label.chars().count())
            .max()
            .unwrap_or(0);
        let mut timeline = format!("trace {:032x}  {}\n", self.id(), time(self.duration()));
        for (row, label) in rows.iter().zip(labels) {
            let bar = self.bar(row);
            let time = time(row.span.duration);
            let notes = cut(&row.notes(true), NOTES);
            let line = format!("{label:width$}  |{bar}| {time:>10}  {notes}");
            timeline.push_str(line.trim_end());
            timeline.push('\n');
        }
        if !rest.is_empty() {
            let _ = writeln!(timeline, "and {} spans more", rest.len());
        }
        timeline
    }

    fn bar(&self, row: &Row<'_>) -> String {
        // Every span is visible, however short and late it is.
        let from = self.column(row.span.start).min(AXIS - 1);
        let to = self.column(row.span.end()).max(from + 1);
        (0..AXIS)
            .map(|column| {
                if (from..to).contains(&column) {
                    '█'
                } else {
                    ' '
                }
            })
            .collect()
    }

    /// The column of an instant. The last instant is the end of the last column.
    fn column(&self, time: i64) -> usize {
        let offset = i128::from(time.saturating_sub(self.start()).max(0));
        let duration = i128::from(self.duration().max(1));
        let columns = i128::try_from(AXIS).unwrap_or(i128::MAX);
        usize::try_from(offset * columns / duration)
            .unwrap_or(AXIS)
            .min(AXIS)
    }
}

impl Row<'_> {
    /// The indented description, such as `  aws.lambda  checkout  [shop]`.
    fn label(&self) -> String {
        "  ".repeat(self.depth) + &self.description()
    }

    fn description(&self) -> String {
        let span = self.span;
        let text = format!("{}  {}  [{}]", span.name, span.resource, span.service);
        printable(&text)
    }

    /// The problems of the span.
    fn notes(&self, with_ids: bool) -> String {
        let mut notes = String::new();
        if self.parent_missing && with_ids {
            let _ = write!(notes, "parent {:016x} missing ", self.span.parent_id);
        } else if self.parent_missing {
            notes.push_str("parent missing ");
        }
        if self.span.error != 0 {
            let message = self
                .span
                .meta
                .get("error.message")
                .or_else(|| self.span.meta.get("error.msg"));
            let message = message.map_or("", String::as_str);
            let _ = write!(notes, "ERROR {message}");
        }
        printable(notes.trim_end())
    }
}

/// A span's words on one line: line ends and escapes in a message must not reach a terminal.
fn printable(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// The first `most` characters, and a mark where there are more.
fn cut(text: &str, most: usize) -> String {
    let end = text.char_indices().nth(most);
    end.and_then(|(end, _)| text.get(..end))
        .map_or_else(|| text.to_owned(), |start| format!("{start}…"))
}

/// A length of time with the unit that a person would give it, from nanoseconds.
fn time(nanos: i64) -> String {
    const SECOND: i64 = 1_000_000_000;
    const LONG: [(i64, i64, &str); 4] = [
        (48 * 3_600, 86_400, "days"),
        (2 * 3_600, 3_600, "h"),
        (120, 60, "min"),
        (10, 1, "s"),
    ];
    let nanos = nanos.max(0);
    let unit = LONG.iter().find(|(from, ..)| nanos >= from * SECOND);
    let (length, unit) = unit.map_or((SECOND / 1_000, "ms"), |(_, length, unit)| {
        (length * SECOND, *unit)
    });
    let hundredths = i128::from(nanos) * 100 / i128::from(length);
    format!("{}.{:02} {unit}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn a_time_has_the_unit_that_a_person_would_give_it() {
        for (nanos, shown) in [
            (-5, "0.00 ms"),
            (0, "0.00 ms"),
            (9_999, "0.00 ms"),
            (9_999_990_000, "9999.99 ms"),
            (10_000_000_000, "10.00 s"),
            (120_000_000_000, "2.00 min"),
            (7_200_000_000_000, "2.00 h"),
            (212_518_111_918_910_000, "2459.70 days"),
            (i64::MAX, "106751.99 days"),
        ] {
            assert_eq!(time(nanos), shown);
        }
    }
}
