//! A drawing being written: definitions first, then shapes from the back to the front.

use std::fmt::{self, Arguments, Write};

/// A coordinate, written with one decimal at most: a tenth of a unit cannot be seen, and digits are most of a drawing's bytes.
#[derive(Clone, Copy)]
pub struct N(pub f64);

impl fmt::Display for N {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round() / 10.0;
        let tenths = if tenths == 0.0 { 0.0 } else { tenths };
        let written = tenths.to_string();
        match (written.strip_prefix("0."), written.strip_prefix("-0.")) {
            (Some(decimal), _) => write!(f, ".{decimal}"),
            (_, Some(decimal)) => write!(f, "-.{decimal}"),
            _ => f.write_str(&written),
        }
    }
}

/// The point at `radius` from the middle of the picture, `degrees` clockwise from twelve o'clock.
pub fn polar(radius: f64, degrees: f64) -> (f64, f64) {
    around(0.0, 0.0, radius, degrees)
}

/// The point at `radius` from (`x`, `y`), `degrees` clockwise from twelve o'clock.
pub fn around(x: f64, y: f64, radius: f64, degrees: f64) -> (f64, f64) {
    let radians = degrees.to_radians();
    (x + radius * radians.sin(), y - radius * radians.cos())
}

/// A dash pattern that puts `count` marks of `width` on a circle of `radius`, the first in the middle of its start.
pub fn dashes(radius: f64, count: f64, width: f64) -> String {
    let step = std::f64::consts::TAU * radius / count;
    let width = (width * 10.0).round() / 10.0;
    format!("stroke-dasharray=\"{} {:.3}\" stroke-dashoffset=\"{}\"", N(width), step - width, width / 2.0)
}

pub struct Svg {
    corner: i32,
    definitions: String,
    shapes: String,
}

impl Svg {
    /// A drawing whose middle is at `middle` on both axes: 0 where much is turned about it, 200 to count from the corner.
    pub fn new(ground: &str, middle: i32) -> Self {
        let corner = middle.saturating_sub(200);
        let mut svg = Self { corner, definitions: String::new(), shapes: String::new() };
        svg.define(format_args!(
            "<radialGradient id=\"g\" cx=\".5\" cy=\".42\" r=\".75\"><stop stop-color=\"#fff\"/><stop offset=\"1\" stop-color=\"{ground}\"/></radialGradient>\
             <filter id=\"b\" x=\"-.3\" y=\"-.3\" width=\"1.6\" height=\"1.6\"><feGaussianBlur stdDeviation=\"7\"/></filter>\
             <filter id=\"h\"><feGaussianBlur in=\"SourceAlpha\" stdDeviation=\"1.3\"/><feOffset dx=\"1.2\" dy=\"2.2\"/>\
             <feComponentTransfer><feFuncA type=\"linear\" slope=\".45\"/></feComponentTransfer><feMerge><feMergeNode/><feMergeNode in=\"SourceGraphic\"/></feMerge></filter>"
        ));
        svg.put(format_args!("<path fill=\"url(#g)\" d=\"M{corner} {corner}h400v400h-400z\"/>"));
        svg
    }

    pub fn define(&mut self, definition: Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.definitions.write_fmt(definition);
    }

    pub fn put(&mut self, shape: Arguments<'_>) {
        let _ = self.shapes.write_fmt(shape);
    }

    /// A straight gradient `id`: across, down, or both (from the upper left to the lower right).
    pub fn gradient(&mut self, id: &str, across: bool, down: bool, stops: &[(&str, &str)]) {
        // Across is what SVG assumes.
        let line = match (across, down) {
            (true, true) => " y2=\"1\"",
            (false, true) => " x2=\"0\" y2=\"1\"",
            _ => "",
        };
        self.define(format_args!("<linearGradient id=\"{id}\"{line}>"));
        for (offset, colour) in stops {
            self.define(format_args!("<stop offset=\"{offset}\" stop-color=\"{colour}\"/>"));
        }
        self.define(format_args!("</linearGradient>"));
    }

    pub fn finish(self) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{0} {0} 400 400\" width=\"400\" height=\"400\"><defs>{1}</defs>{2}</svg>\n",
            self.corner, self.definitions, self.shapes
        )
    }
}

/// A colour between two `#rrggbb`: `share` 0 is the first, 1 the second.
pub fn mix(first: &str, second: &str, share: f64) -> String {
    let part = |colour: &str, at: usize| {
        colour
            .get(at..at.saturating_add(2))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            .map_or(0.0, f64::from)
    };
    let mut mixed = String::from("#");
    for at in [1, 3, 5] {
        let value = part(first, at) * (1.0 - share) + part(second, at) * share;
        let _ = write!(mixed, "{:02x}", value.round() as u8);
    }
    mixed
}

/// Ink that reads on a ground of this colour.
pub fn ink_on(colour: &str) -> &'static str {
    let red = colour.get(1..3).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(0);
    let green = colour.get(3..5).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(0);
    if red.midpoint(green) > 165 { "#22262a" } else { "#f4f1e8" }
}
