//! Scales round the dial: a diver's minutes, a tachymeter, a second zone's hours, a compass.

use super::{
    Look,
    svg::{N, Svg, dashes, ink_on, mix},
};

/// Notches all round, like the rim of a coin.
pub fn coin_edge(svg: &mut Svg, look: &Look, outer: f64, inner: f64) {
    let middle = (outer + inner) / 2.0;
    svg.put(format_args!(
        "<circle r=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" {}/>",
        N(middle),
        look.material.sheen().shade,
        N((outer - inner) * 0.8),
        dashes(middle, 90.0, 2.2)
    ));
}

/// A coloured insert between a gripping edge and the dial.
fn insert(svg: &mut Svg, look: &Look, outer: f64, inner: f64, colour: &str) -> (f64, f64) {
    let width = outer - inner - 5.0;
    let middle = inner + 1.5 + width / 2.0;
    svg.put(format_args!(
        "<circle r=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"5\" {}/>",
        N(outer),
        look.material.sheen().body,
        dashes(outer, 60.0, 6.0)
    ));
    svg.put(format_args!(
        "<circle r=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{}\"/>",
        N(middle),
        N(width)
    ));
    (middle, width)
}

/// Words on the ring, each turned to stand on the rim.
fn labels(svg: &mut Svg, radius: f64, size: f64, colour: &str, words: &[(&str, f64)]) {
    svg.put(format_args!(
        "<g fill=\"{colour}\" font-family=\"sans-serif\" font-weight=\"700\" font-size=\"{}\" text-anchor=\"middle\">",
        N(size)
    ));
    for (word, degrees) in words {
        svg.put(format_args!(
            "<text y=\"{}\" transform=\"rotate({})\">{word}</text>",
            N(-radius + size * 0.36),
            N(*degrees)
        ));
    }
    svg.put(format_args!("</g>"));
}

pub fn diver(svg: &mut Svg, look: &Look, outer: f64, inner: f64) {
    let (middle, width) = insert(svg, look, outer, inner, look.bezel_colour);
    let ink = ink_on(look.bezel_colour);
    let fine = inner + 4.5;
    svg.put(format_args!(
        "<circle r=\"{}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"5\" opacity=\".85\" transform=\"rotate(-90)\" {}/>",
        N(fine),
        dashes(fine, 60.0, 1.1)
    ));
    labels(
        svg,
        middle + 1.5,
        width * 0.62,
        ink,
        &[("10", 60.0), ("20", 120.0), ("30", 180.0), ("40", 240.0), ("50", 300.0)],
    );
    let y = -middle - width * 0.32;
    svg.put(format_args!(
        "<path d=\"M{} {y}h{w}L0 {}z\" fill=\"{ink}\"/><circle cy=\"{}\" r=\"2\" fill=\"{}\"/>",
        N(-width * 0.42),
        N(y + width * 0.7),
        N(y + width * 0.22),
        look.accent,
        y = N(y),
        w = N(width * 0.84)
    ));
}

pub fn tachymeter(svg: &mut Svg, look: &Look, outer: f64, inner: f64) {
    let width = outer - inner - 2.0;
    let middle = inner + 1.0 + width / 2.0;
    svg.put(format_args!(
        "<circle r=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"/>",
        N(middle),
        look.bezel_colour,
        N(width - 2.0)
    ));
    let ink = ink_on(look.bezel_colour);
    labels(
        svg,
        middle,
        width * 0.5,
        ink,
        &[
            ("400", 54.0),
            ("240", 90.0),
            ("180", 120.0),
            ("120", 180.0),
            ("150", 144.0),
            ("100", 216.0),
            ("80", 270.0),
            ("60", 352.0),
            ("TACHY", 22.0),
            ("90", 242.0),
            ("70", 309.0),
        ],
    );
}

/// Twenty-four hours, the day's half in the accent colour.
pub fn day_night(svg: &mut Svg, look: &Look, outer: f64, inner: f64) {
    let night = look.bezel_colour;
    let (middle, width) = insert(svg, look, outer, inner, night);
    let day = mix(look.accent, "#000000", 0.08);
    svg.put(format_args!(
        "<path d=\"M{} 0a{r} {r} 0 0 0 {} 0\" fill=\"none\" stroke=\"{day}\" stroke-width=\"{}\"/>",
        N(-middle),
        N(middle * 2.0),
        N(width),
        r = N(middle)
    ));
    let size = width * 0.58;
    labels(
        svg,
        middle,
        size,
        ink_on(night),
        &[("20", 300.0), ("22", 330.0), ("24", 0.0), ("2", 30.0), ("4", 60.0)],
    );
    labels(
        svg,
        middle,
        size,
        ink_on(&day),
        &[
            ("8", 120.0),
            ("10", 150.0),
            ("12", 180.0),
            ("14", 210.0),
            ("16", 240.0),
            ("18", 270.0),
            ("6", 90.0),
        ],
    );
}

/// Points of the compass over degrees.
pub fn compass(svg: &mut Svg, look: &Look, outer: f64, inner: f64) {
    let (middle, width) = insert(svg, look, outer, inner, look.bezel_colour);
    let ink = ink_on(look.bezel_colour);
    svg.put(format_args!(
        "<circle r=\"{}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"{}\" opacity=\".7\" transform=\"rotate(-90)\" {}/>",
        N(inner + 4.0),
        N(4.0),
        dashes(inner + 4.0, 72.0, 0.9)
    ));
    let size = width * 0.58;
    labels(svg, middle + 1.0, size, look.accent, &[("N", 0.0)]);
    labels(
        svg,
        middle + 1.0,
        size,
        ink,
        &[("NE", 45.0), ("E", 90.0), ("SE", 135.0), ("S", 180.0), ("SW", 225.0), ("W", 270.0), ("NW", 315.0)],
    );
}
