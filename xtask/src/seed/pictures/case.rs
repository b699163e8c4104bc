//! The case: lugs, crown, pushers, the body, and what stands round the dial.

use super::{
    Look, ring,
    svg::{N, Svg, polar},
};
use crate::seed::parts::{Bezel, Registers, Shape};

pub fn draw(svg: &mut Svg, look: &Look) {
    crown(svg, look);
    let radius = look.radius();
    match look.shape {
        Shape::Rectangle => rectangle(svg, look, radius),
        Shape::Octagon => octagon(svg, look, radius),
        Shape::Cushion => {
            lugs(svg, look, radius);
            let (flat, corner) = (radius * 0.98, radius * 0.62);
            svg.put(format_args!(
                "<rect x=\"{x}\" y=\"{x}\" width=\"{w}\" height=\"{w}\" rx=\"{rx}\" fill=\"url(#m)\" stroke=\"{}\"/><rect x=\"{x2}\" y=\"{x2}\" width=\"{w2}\" height=\"{w2}\" rx=\"{rx}\" fill=\"none\" stroke=\"url(#n)\" stroke-width=\"3\"/>",
                look.material.sheen().shade,
                x = N(-flat),
                w = N(flat * 2.0),
                rx = N(corner),
                x2 = N(-flat + 4.0),
                w2 = N(flat * 2.0 - 8.0),
            ));
            round_bezel(svg, look, radius * 0.9);
        }
        Shape::Round => {
            lugs(svg, look, radius);
            svg.put(format_args!(
                "<circle r=\"{}\" fill=\"url(#m)\" stroke=\"{}\"/>",
                N(radius),
                look.material.sheen().shade
            ));
            round_bezel(svg, look, radius * 0.965);
        }
    }
}

/// The bezel from `outer` to the dial's opening.
fn round_bezel(svg: &mut Svg, look: &Look, outer: f64) {
    let inner = look.dial_radius();
    svg.put(format_args!("<circle r=\"{}\" fill=\"url(#n)\"/>", N(outer)));
    match look.bezel {
        Bezel::Polished => {}
        Bezel::Brushed => svg.put(format_args!(
            "<circle r=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" opacity=\".75\"/>",
            N((outer + inner) / 2.0),
            look.material.sheen().body,
            N((outer - inner) * 0.6)
        )),
        Bezel::Stepped => svg.put(format_args!(
            "<circle r=\"{}\" fill=\"url(#m)\"/><circle r=\"{}\" fill=\"url(#n)\"/>",
            N(outer - 3.5),
            N(outer - 8.0)
        )),
        Bezel::Coin => ring::coin_edge(svg, look, outer, inner),
        Bezel::Diver => ring::diver(svg, look, outer, inner),
        Bezel::Tachymeter => ring::tachymeter(svg, look, outer, inner),
        Bezel::DayNight => ring::day_night(svg, look, outer, inner),
        Bezel::Compass => ring::compass(svg, look, outer, inner),
    }
}

/// Four lugs: two pieces that stand out from behind the case and lean in towards the strap.
fn lugs(svg: &mut Svg, look: &Look, radius: f64) {
    let inner = look.lug_half_width() + 0.5;
    let (root, tip) = (radius * 0.25, radius * 0.15);
    let reach = radius * if look.shape == Shape::Cushion { 1.09 } else { 1.12 };
    svg.put(format_args!(
        "<path id=\"l\" d=\"M{i} -{y}h{}l{} {}v{}l-{1} {2}h-{0}z\" fill=\"url(#m)\" stroke=\"{}\"/><use href=\"#l\" transform=\"scale(-1 1)\"/>",
        N(tip),
        N(root - tip),
        N(reach * 0.6),
        N(reach * 0.8),
        look.material.sheen().shade,
        i = N(inner),
        y = N(reach),
    ));
}

fn crown(svg: &mut Svg, look: &Look) {
    let radius = look.radius();
    let shade = look.material.sheen().shade;
    let edge = match look.shape {
        Shape::Rectangle => radius * 0.8,
        Shape::Cushion => radius * 0.97,
        _ => radius * 0.99,
    };
    // A diver's crown sits lower, out of the way of the hand.
    let turn = if look.bezel == Bezel::Diver && look.shape == Shape::Round {
        " transform=\"rotate(24)\""
    } else {
        ""
    };
    let (length, height) = if look.bezel == Bezel::Compass || look.indices == super::Indices::Pilot {
        (17.0, 25.0)
    } else {
        (13.0, 20.0)
    };
    svg.put(format_args!("<g fill=\"url(#m)\" stroke=\"{shade}\"><g{turn}>"));
    svg.put(format_args!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\"/><path d=\"M{x} {}h{w}M{x} 0h{w}M{x} {}h{w}\"/></g>",
        N(edge),
        N(-height / 2.0),
        N(length),
        N(height),
        N(-height / 4.0),
        N(height / 4.0),
        x = N(edge + 2.0),
        w = N(length - 4.0),
    ));
    if matches!(look.registers, Registers::Two | Registers::Three) {
        svg.put(format_args!(
            "<g id=\"u\" transform=\"rotate(-28)\"><rect x=\"{}\" y=\"-4\" width=\"12\" height=\"8\"/><rect x=\"{}\" y=\"-9\" width=\"8\" height=\"18\" rx=\"3\"/></g><use href=\"#u\" transform=\"rotate(56)\"/>",
            N(edge - 2.0),
            N(edge + 9.0)
        ));
    }
    svg.put(format_args!("</g>"));
}

fn rectangle(svg: &mut Svg, look: &Look, radius: f64) {
    let (w, h) = (radius * 0.8, radius * 1.1);
    let shade = look.material.sheen().shade;
    // Bars at either side run past the case and become the lugs.
    for x in [-w, w - 20.0] {
        svg.put(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"20\" height=\"{}\" rx=\"8\" fill=\"url(#m)\" stroke=\"{shade}\"/>",
            N(x),
            N(-h * 1.13),
            N(h * 2.26)
        ));
    }
    svg.put(format_args!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"12\" fill=\"url(#m)\" stroke=\"{shade}\"/><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"url(#n)\"/>",
        N(-w),
        N(-h),
        N(w * 2.0),
        N(h * 2.0),
        N(-w + 6.0),
        N(-h + 6.0),
        N(w * 2.0 - 12.0),
        N(h * 2.0 - 12.0)
    ));
}

fn octagon(svg: &mut Svg, look: &Look, radius: f64) {
    let shade = look.material.sheen().shade;
    let inner = look.lug_half_width();
    // The strap runs straight into the case.
    svg.put(format_args!(
        "<path d=\"M{} {}h{w}l22 {h}v{}l-22 {h}h-{w}l-22-{h}v-{}z\" fill=\"url(#n)\" stroke=\"{shade}\"/>",
        N(-inner - 4.0),
        N(-radius * 1.12),
        N(radius * 1.24),
        N(radius * 1.24),
        w = N(inner * 2.0 + 8.0),
        h = N(radius * 0.5),
    ));
    let points = |size: f64| {
        let mut text = String::new();
        for corner in 0..8 {
            let (x, y) = polar(size / 22.5_f64.to_radians().cos(), 22.5 + 45.0 * f64::from(corner));
            text.push_str(&format!("{},{} ", N(x), N(y)));
        }
        text
    };
    svg.put(format_args!(
        "<polygon points=\"{}\" fill=\"url(#m)\" stroke=\"{shade}\"/><polygon points=\"{}\" fill=\"none\" stroke=\"url(#n)\" stroke-width=\"3\"/><g id=\"w\">",
        points(radius * 0.96).trim_end(),
        points(radius * 0.92).trim_end()
    ));
    for angle in [22.5, 67.5, 112.5, 157.5] {
        let (x, y) = polar(radius * 0.89, angle);
        svg.put(format_args!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"3.6\" fill=\"url(#n)\" stroke=\"{shade}\" stroke-width=\".8\"/>",
            N(x),
            N(y)
        ));
    }
    svg.put(format_args!("</g><use href=\"#w\" transform=\"rotate(180)\"/>"));
    svg.put(format_args!("<circle r=\"{}\" fill=\"url(#n)\"/>", N(look.dial_radius() + 4.0)));
}
