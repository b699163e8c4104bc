//! The hands, at eight past ten, where every shop window keeps them.

use super::{
    Look,
    svg::{N, Svg},
};
use crate::seed::parts::{Hands, Registers, Shape};

const HOUR_DEGREES: f64 = 304.0;
const MINUTE_DEGREES: f64 = 48.0;

pub fn draw(svg: &mut Svg, look: &Look) {
    let radius = look.dial_radius();
    let (hour, minute) = if look.shape == Shape::Rectangle { (0.6, 0.98) } else { (0.53, 0.84) };
    svg.put(format_args!("<g filter=\"url(#h)\">"));
    if look.second_zone && !matches!(look.registers, Registers::Two | Registers::Three) {
        let y = -radius * 0.88;
        svg.put(format_args!(
            "<path d=\"M-1 15V{}h-5L0 {}l6 11h-5V15z\" fill=\"{}\" transform=\"rotate(138)\"/>",
            N(y + 11.0),
            N(y),
            look.accent
        ));
    }
    hand(svg, look, radius * hour, radius * 0.105, HOUR_DEGREES);
    hand(svg, look, radius * minute, radius * 0.085, MINUTE_DEGREES);
    if look.central_seconds {
        seconds(svg, look, radius);
    }
    svg.put(format_args!("</g><circle r=\"{}\" fill=\"url(#m)\" stroke=\"#0004\"/>", N(radius * 0.045)));
}

/// One hand: `length` from the middle to its tip, drawn upright and turned.
fn hand(svg: &mut Svg, look: &Look, length: f64, width: f64, degrees: f64) {
    let light = look.dial.paint().is_light;
    let sheen = look.material.sheen();
    // Hands must be told from the dial: dark or blued on a light one, bright on a dark one.
    let fill = match (light, look.hands) {
        (true, Hands::Leaf | Hands::Pomme) => "#27408b",
        (true, _) if !look.material.is_warm() => "#2a2d31",
        (true, _) => sheen.shade,
        (false, _) if look.material.is_warm() => sheen.light,
        (false, _) => "#f2f4f5",
    };
    let lume = if light { "#f7f6ea" } else { "#cfe3c4" };
    let (tip, half) = (-length, width / 2.0);
    let y = |share: f64| N(-length * share);
    let x = |share: f64| N(half * share);
    let tail = N(half * 2.4);
    svg.put(format_args!("<g transform=\"rotate({})\" fill=\"{fill}\">", N(degrees)));
    match look.hands {
        Hands::Baton => {
            svg.put(format_args!("<path d=\"M{} {tail}V{}H{}V{tail}z\"/>", x(-0.62), N(tip), x(0.62)));
            svg.put(format_args!("<path d=\"M0 {}V{}\" stroke=\"{lume}\" stroke-width=\"{}\"/>", y(0.3), y(0.95), N(half * 0.5)));
        }
        Hands::Dauphine => {
            svg.put(format_args!("<path d=\"M0 {}L{} {w}L0 {tail}L{} {w}z\"/>", N(tip), x(-1.1), x(1.1), w = y(0.1)));
            svg.put(format_args!("<path d=\"M0 {}L{} {}L0 {tail}z\" fill=\"#fff\" opacity=\".28\"/>", N(tip), x(-1.1), y(0.1)));
        }
        Hands::Sword => {
            svg.put(format_args!(
                "<path d=\"M{} {tail}L{} {w}L0 {}L{} {w}L{} {tail}z\"/>",
                x(-0.5),
                x(-1.2),
                N(tip),
                x(1.2),
                x(0.5),
                w = y(0.72)
            ));
            svg.put(format_args!(
                "<path d=\"M{} {a}L{} {w}L0 {}L{} {w}L{} {a}z\" fill=\"{lume}\"/>",
                x(-0.3),
                x(-0.75),
                y(0.9),
                x(0.75),
                x(0.3),
                a = y(0.3),
                w = y(0.7)
            ));
        }
        Hands::Leaf => svg.put(format_args!(
            "<path d=\"M{} {tail}V{b}Q{} {m} 0 {}Q{} {m} {} {b}V{tail}z\"/>",
            x(-0.3),
            x(-2.0),
            N(tip),
            x(2.0),
            x(0.3),
            m = y(0.55),
            b = y(0.12)
        )),
        Hands::Pencil => {
            svg.put(format_args!("<path d=\"M{l} {tail}V{s}L0 {}L{r} {s}V{tail}z\"/>", N(tip), l = x(-0.85), r = x(0.85), s = y(0.88)));
            svg.put(format_args!("<path d=\"M{l} {a}V{b}h{}V{a}z\" fill=\"{lume}\"/>", N(half), l = x(-0.5), a = y(0.25), b = y(0.86)));
        }
        Hands::Cathedral => {
            svg.put(format_args!(
                "<path d=\"M{} {tail}V{neck}L{} {w}L0 {}L{} {w}L{} {neck}V{tail}z\"/>",
                x(-0.4),
                x(-1.35),
                N(tip),
                x(1.35),
                x(0.4),
                neck = y(0.35),
                w = y(0.62)
            ));
            svg.put(format_args!("<path d=\"M0 {}L{} {w}L0 {}L{} {w}z\" fill=\"{lume}\"/>", y(0.42), x(-0.8), y(0.82), x(0.8), w = y(0.61)));
        }
        Hands::Pomme => svg.put(format_args!(
            "<path d=\"M{} {tail}L-.8 {}h1.6L{} {tail}z\"/><circle cy=\"{}\" r=\"{}\" fill=\"none\" stroke=\"{fill}\" stroke-width=\"2\"/>",
            x(-0.6),
            N(tip),
            x(0.6),
            y(0.7),
            N(half * 0.95)
        )),
        Hands::Syringe => {
            svg.put(format_args!(
                "<path d=\"M{l} {tail}V{s}H-1V{}h2V{s}H{r}V{tail}z\"/>",
                N(tip),
                l = x(-0.8),
                r = x(0.8),
                s = y(0.74)
            ));
            svg.put(format_args!("<path d=\"M{l} {a}V{b}h{}V{a}z\" fill=\"{lume}\"/>", N(half * 0.9), l = x(-0.45), a = y(0.2), b = y(0.72)));
        }
    }
    svg.put(format_args!("</g>"));
}

/// A needle with a counterweight; divers and pilots carry a luminous point on theirs.
fn seconds(svg: &mut Svg, look: &Look, radius: f64) {
    let chronograph = matches!(look.registers, Registers::Two | Registers::Three);
    let degrees = if chronograph { 0.0 } else { 205.0 };
    let y = |share: f64| N(-radius * share);
    svg.put(format_args!(
        "<g transform=\"rotate({})\"><path d=\"M0 {}V{}\" stroke=\"{a}\" stroke-width=\"1.7\"/><path d=\"M-2.4 {}h4.8v{}h-4.8z\" fill=\"{a}\"/>",
        N(degrees),
        y(-0.24),
        y(0.92),
        y(-0.14),
        N(radius * 0.11),
        a = look.accent
    ));
    if matches!(look.hands, Hands::Sword | Hands::Pencil | Hands::Syringe) {
        svg.put(format_args!(
            "<circle cy=\"{}\" r=\"{}\" fill=\"#f2f5e4\" stroke=\"{}\" stroke-width=\"1.4\"/>",
            y(0.66),
            N(radius * 0.034),
            look.accent
        ));
    }
    svg.put(format_args!("</g>"));
}
