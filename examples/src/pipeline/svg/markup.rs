//! The few elements of SVG that a picture is made of.

use std::fmt::Write;

/// The reader's own fonts: the picture loads nothing.
const FONT: &str = "ui-sans-serif, system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";

/// The mean width of a letter, as a part of the font's size.
const LETTER: f64 = 0.56;

/// A document under construction. Writing to a `String` never fails, so the results are ignored.
pub(super) struct Markup(String);

impl Markup {
    pub(super) fn new(width: f64, height: f64) -> Self {
        let mut text = String::new();
        let _ = write!(
            text,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" font-family=\"{FONT}\" role=\"img\">\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
        );
        Self(text)
    }

    pub(super) fn heading(&mut self, x: f64, y: f64, ink: &str, text: &str) {
        self.write_text(x, y, ink, 20.0, "font-weight=\"600\"", text);
    }

    pub(super) fn text(&mut self, x: f64, y: f64, ink: &str, size: f64, text: &str) {
        self.write_text(x, y, ink, size, "xml:space=\"preserve\"", text);
    }

    pub(super) fn centred(&mut self, x: f64, y: f64, ink: &str, size: f64, text: &str) {
        self.write_text(x, y, ink, size, "text-anchor=\"middle\"", text);
    }

    fn write_text(&mut self, x: f64, y: f64, ink: &str, size: f64, more: &str, text: &str) {
        let text = escaped(text);
        let _ = writeln!(
            self.0,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" fill=\"{ink}\" {more}>{text}</text>"
        );
    }

    pub(super) fn bar(
        &mut self,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        fill: &str,
        edge: Option<&str>,
    ) {
        let edge = edge.map_or(String::new(), |edge| {
            format!(" stroke=\"{edge}\" stroke-width=\"2\"")
        });
        let _ = writeln!(
            self.0,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"2\" fill=\"{fill}\"{edge}/>"
        );
    }

    pub(super) fn line(&mut self, x1: f64, y1: f64, x2: f64, y2: f64, ink: &str) {
        let _ = writeln!(
            self.0,
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{ink}\"/>"
        );
    }

    /// The output of `draw`, with a title that is shown under the pointer.
    pub(super) fn titled(&mut self, title: &str, draw: impl FnOnce(&mut Self)) {
        let _ = writeln!(self.0, "<g><title>{}</title>", escaped(title));
        draw(self);
        self.0.push_str("</g>\n");
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }
}

/// The approximate width of `text`, as the font isn't at hand.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let letters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    f64::from(letters) * size * LETTER
}

/// The part of `text` that fits.
pub(super) fn fit(text: &str, size: f64, space: f64) -> String {
    if width(text, size) <= space {
        return text.to_owned();
    }
    let mut short: String = text.to_owned();
    while !short.is_empty() && width(&short, size) > space - size {
        short.pop();
    }
    short + "…"
}

/// Escapes content or an attribute. Characters that XML can't express are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'.. => escaped.push(character),
            _ => {}
        }
    }
    escaped
}
