//! The dial: ground and texture, minute track, hours, registers, date and signature.

use super::{
    Look,
    svg::{N, Svg, around, dashes, ink_on, mix, polar},
};
use crate::seed::parts::{Bezel, Indices, Registers, Shape, Texture};

/// Half of a rectangular dial's height for its half width.
const RECTANGLE_HEIGHT: f64 = 1.42;

pub fn draw(svg: &mut Svg, look: &Look) {
    let radius = look.dial_radius();
    outline(svg, look, radius);
    texture(svg, look, radius);
    if look.shape == Shape::Rectangle {
        rectangle_track(svg, look, radius);
    } else {
        track(svg, look, radius);
    }
    hours(svg, look, radius);
    registers(svg, look, radius);
    date(svg, look, radius);
    signature(svg, look, radius);
}

/// The opening and its sloping inner wall.
fn outline(svg: &mut Svg, look: &Look, radius: f64) {
    if look.shape == Shape::Rectangle {
        let (w, h) = (radius, radius * RECTANGLE_HEIGHT);
        svg.define(format_args!(
            "<clipPath id=\"c\"><rect id=\"o\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\"/></clipPath>",
            N(-w),
            N(-h),
            N(w * 2.0),
            N(h * 2.0)
        ));
    } else {
        svg.define(format_args!("<clipPath id=\"c\"><circle id=\"o\" r=\"{}\"/></clipPath>", N(radius)));
    }
    svg.put(format_args!(
        "<use href=\"#o\" fill=\"url(#d)\" stroke=\"{}\" stroke-width=\"2.4\"/>",
        look.material.sheen().shade
    ));
}

fn texture(svg: &mut Svg, look: &Look, radius: f64) {
    let (tone, opacity) = if look.dial.paint().is_light { ("#000", ".09") } else { ("#fff", ".1") };
    let pattern = |svg: &mut Svg, width: u32, height: u32, content: &str| {
        svg.define(format_args!(
            "<pattern id=\"x\" width=\"{width}\" height=\"{height}\" patternUnits=\"userSpaceOnUse\"><path d=\"{content}\" fill=\"none\" stroke=\"{tone}\" opacity=\"{opacity}\"/></pattern>"
        ));
        svg.put(format_args!("<use href=\"#o\" fill=\"url(#x)\"/>"));
    };
    match look.texture {
        Texture::Matte | Texture::Fume => {}
        Texture::Sunray => {
            let (a, b) = (polar(radius * 1.1, 304.0), polar(radius * 1.1, 338.0));
            svg.put(format_args!(
                "<g clip-path=\"url(#c)\"><g filter=\"url(#b)\" fill=\"#fff\" opacity=\".3\"><path id=\"r\" d=\"M0 0L{} {}L{} {}z\"/><use href=\"#r\" transform=\"rotate(180)\"/><use href=\"#r\" transform=\"rotate(98)\" opacity=\".6\"/><use href=\"#r\" transform=\"rotate(278)\" opacity=\".6\"/></g></g>",
                N(a.0),
                N(a.1),
                N(b.0),
                N(b.1)
            ));
        }
        Texture::Enamel => svg.put(format_args!(
            "<ellipse cx=\"{}\" cy=\"{}\" rx=\"{}\" ry=\"{}\" fill=\"#fff\" opacity=\".28\" filter=\"url(#b)\"/>",
            N(-radius * 0.25),
            N(-radius * 0.42),
            N(radius * 0.42),
            N(radius * 0.2)
        )),
        Texture::Waves => pattern(svg, 24, 12, "M0 6q6-5 12 0t12 0M-12 12q6-5 12 0t12 0t12 0M-12 0q6-5 12 0t12 0t12 0"),
        Texture::Linen => pattern(svg, 4, 4, "M0 .5h4M.5 0v4"),
        Texture::Brushed => pattern(svg, 5, 400, "M.5 0v400M2.5 0v400M3.4 0v400"),
        Texture::Checks => pattern(svg, 10, 10, "M1.5 1.5h7v7h-7zM3.5 3.5h3v3h-3z"),
        Texture::Snow => pattern(svg, 31, 27, "M2 3l7 2M14 1l5 3M24 5l5-1M6 11l4-2M13 9l8 2M24 13l6 1M1 18l6-1M11 16l5 4M19 19l7-2M4 24l8 1M15 25l4-3M22 23l6 2"),
        Texture::Guilloche => {
            svg.put(format_args!(
                "<g clip-path=\"url(#c)\" fill=\"none\" stroke=\"{tone}\" opacity=\".13\"><g id=\"y\"><g id=\"z\"><ellipse id=\"e\" rx=\"{}\" ry=\"{}\"/><use href=\"#e\" transform=\"rotate(7.5)\"/><use href=\"#e\" transform=\"rotate(15)\"/><use href=\"#e\" transform=\"rotate(22.5)\"/></g><use href=\"#z\" transform=\"rotate(30)\"/><use href=\"#z\" transform=\"rotate(60)\"/></g><use href=\"#y\" transform=\"rotate(90)\"/></g>",
                N(radius),
                N(radius * 0.36)
            ));
        }
        Texture::Stars => {
            let colour = if look.dial.paint().is_light { look.ink() } else { "#fff" };
            svg.put(format_args!("<path d=\""));
            // The golden angle spreads them without a pattern the eye can find.
            for star in 1..28 {
                let star = f64::from(star);
                let (x, y) = polar(radius * 0.86 * (star / 28.0).sqrt(), star * 137.508);
                svg.put(format_args!("M{} {}h0", N(x), N(y)));
            }
            svg.put(format_args!(
                "\" stroke=\"{colour}\" stroke-width=\"2.4\" stroke-linecap=\"round\" opacity=\".7\"/>"
            ));
        }
    }
}

/// The minutes, on a round dial.
fn track(svg: &mut Svg, look: &Look, radius: f64) {
    let ink = look.ink();
    let at = radius * 0.945;
    match look.indices {
        Indices::Fine | Indices::Diamonds => svg.put(format_args!(
            "<circle r=\"{}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"1.8\" opacity=\".75\" transform=\"rotate(-90)\" {}/>",
            N(at),
            dashes(at, 60.0, 1.4)
        )),
        Indices::Roman | Indices::Script => svg.put(format_args!(
            "<g fill=\"none\" stroke=\"{ink}\" opacity=\".8\"><circle r=\"{}\" stroke-width=\".8\"/><circle r=\"{}\" stroke-width=\".8\"/><circle r=\"{}\" stroke-width=\"4\" transform=\"rotate(-90)\" {}/></g>",
            N(at + 2.0),
            N(at - 2.5),
            N(at - 0.2),
            dashes(at - 0.2, 60.0, 0.9)
        )),
        _ => svg.put(format_args!(
            "<g fill=\"none\" stroke=\"{ink}\" transform=\"rotate(-90)\"><circle r=\"{r}\" stroke-width=\"4\" opacity=\".75\" {}/><circle r=\"{r}\" stroke-width=\"5\" {}/></g>",
            dashes(at, 60.0, 0.9),
            dashes(at, 12.0, 1.8),
            r = N(at)
        )),
    }
}

fn rectangle_track(svg: &mut Svg, look: &Look, radius: f64) {
    let (w, h) = (radius * 0.52, radius * 0.9);
    svg.put(format_args!(
        "<g fill=\"none\" stroke=\"{}\" opacity=\".75\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" stroke-width=\"3.6\" stroke-dasharray=\".9 {:.2}\"/><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" stroke-width=\".8\"/></g>",
        look.ink(),
        N(-w),
        N(-h),
        N(w * 2.0),
        N(h * 2.0),
        (w + h) * 4.0 / 60.0 - 0.9,
        N(-w - 2.0),
        N(-h - 2.0),
        N(w * 2.0 + 4.0),
        N(h * 2.0 + 4.0)
    ));
}

/// Whether something else stands where this hour would.
fn is_covered(look: &Look, hour: u8) -> bool {
    if look.date_at == Some(hour) {
        return true;
    }
    match look.registers {
        Registers::None => false,
        Registers::SmallSeconds | Registers::Moon | Registers::Reserve => hour == 6,
        Registers::Two => matches!(hour, 3 | 9),
        Registers::Three => matches!(hour, 3 | 6 | 9),
    }
}

fn hours(svg: &mut Svg, look: &Look, radius: f64) {
    match look.indices {
        Indices::Arabic | Indices::Script | Indices::Roman | Indices::Pilot => {
            numerals(svg, look, radius, |_| true)
        }
        Indices::Quarters if look.shape != Shape::Rectangle => {
            marks(svg, look, radius, |hour| hour % 3 != 0);
            numerals(svg, look, radius, |hour| hour % 3 == 0);
        }
        _ if look.shape == Shape::Rectangle => numerals(svg, look, radius, |hour| hour % 3 == 0),
        _ => marks(svg, look, radius, |_| true),
    }
}

/// One mark an hour: the first is drawn, the others are turned copies.
fn marks(svg: &mut Svg, look: &Look, radius: f64, wanted: impl Fn(u8) -> bool) {
    let top = -radius * 0.88;
    let long = radius * 0.17;
    let sheen = look.material.sheen();
    let applied = if look.material.is_dark() { "#e8e9ea" } else { sheen.light };
    let edge = if look.dial.paint().is_light { sheen.shade } else { "#00000066" };
    let lume = "#eef3df";
    let rim = if look.dial.paint().is_light { sheen.shade } else { sheen.body };
    match look.indices {
        Indices::Dots => svg.define(format_args!(
            "<circle id=\"i\" cy=\"{}\" r=\"{}\" fill=\"{lume}\" stroke=\"{rim}\" stroke-width=\"1.6\"/>",
            N(top + long * 0.4),
            N(radius * 0.062)
        )),
        Indices::Wedges => svg.define(format_args!(
            "<path id=\"i\" d=\"M{} {}h{}L0 {}z\" fill=\"{applied}\" stroke=\"{edge}\" stroke-width=\".8\"/>",
            N(-radius * 0.05),
            N(top),
            N(radius * 0.1),
            N(top + long * 1.25)
        )),
        Indices::Fine => svg.define(format_args!(
            "<path id=\"i\" d=\"M0 {}v{}\" stroke=\"{}\" stroke-width=\"1.8\"/>",
            N(top),
            N(long * 1.1),
            look.ink()
        )),
        Indices::Diamonds => svg.define(format_args!(
            "<path id=\"i\" d=\"M0 {}l{w} {h}l-{w} {h}l-{w}-{h}z\" fill=\"{applied}\" stroke=\"{edge}\" stroke-width=\".8\"/>",
            N(top),
            w = N(radius * 0.035),
            h = N(long * 0.5)
        )),
        _ => svg.define(format_args!(
            "<rect id=\"i\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"1\" fill=\"{applied}\" stroke=\"{edge}\" stroke-width=\".8\"/>",
            N(-radius * 0.026),
            N(top),
            N(radius * 0.052),
            N(long)
        )),
    }
    for hour in 1..=12_u8 {
        if !wanted(hour) || is_covered(look, hour) {
            continue;
        }
        let degrees = f64::from(hour % 12) * 30.0;
        let double = hour == 12 && matches!(look.indices, Indices::Batons | Indices::DoubleBatons);
        let double = double || (look.indices == Indices::DoubleBatons && hour % 3 == 0);
        if double {
            for shift in [-0.045, 0.045] {
                svg.put(format_args!(
                    "<use href=\"#i\" transform=\"rotate({})translate({})\"/>",
                    N(degrees),
                    N(radius * shift)
                ));
            }
        } else if look.indices == Indices::Dots && hour % 3 == 0 {
            let (w, h) = (radius * 0.075, long * 1.15);
            let shape = if hour == 12 {
                format!("h{}L0 {}z", N(w * 2.2), N(top + h))
            } else {
                format!("h{0}v{1}h-{0}z", N(w), N(h))
            };
            svg.put(format_args!(
                "<path d=\"M{} {}{shape}\" fill=\"{lume}\" stroke=\"{rim}\" stroke-width=\"1.6\" transform=\"rotate({})\"/>",
                N(-if hour == 12 { w * 1.1 } else { w / 2.0 }),
                N(top - 2.0),
                N(degrees)
            ));
        } else {
            svg.put(format_args!("<use href=\"#i\" transform=\"rotate({})\"/>", N(degrees)));
        }
    }
}

const ROMAN: [&str; 12] = ["XII", "I", "II", "III", "IIII", "V", "VI", "VII", "VIII", "IX", "X", "XI"];

fn numerals(svg: &mut Svg, look: &Look, radius: f64, wanted: impl Fn(u8) -> bool) {
    let ink = look.ink();
    let rectangle = look.shape == Shape::Rectangle;
    let (family, share) = match look.indices {
        Indices::Roman => ("Georgia,serif\" font-weight=\"400", 0.19),
        Indices::Script => ("Georgia,serif\" font-style=\"italic", 0.22),
        Indices::Pilot => ("sans-serif\" font-weight=\"700", 0.24),
        Indices::Arabic => ("Verdana,sans-serif\" font-weight=\"600", 0.19),
        _ if rectangle => ("Georgia,serif", 0.3),
        _ => ("sans-serif\" font-weight=\"700", 0.24),
    };
    let size = radius * if rectangle { share * 1.12 } else { share };
    svg.put(format_args!(
        "<g fill=\"{ink}\" font-family=\"{family}\" font-size=\"{}\" text-anchor=\"middle\">",
        N(size)
    ));
    for hour in 1..=12_u8 {
        if !wanted(hour) || is_covered(look, hour) {
            continue;
        }
        let degrees = f64::from(hour % 12) * 30.0;
        if look.indices == Indices::Pilot && hour == 12 {
            let y = -radius * 0.86;
            svg.put(format_args!(
                "<path d=\"M0 {}l{w} {h}h-{}z\"/><circle cx=\"{}\" cy=\"{cy}\" r=\"2.4\"/><circle cx=\"{}\" cy=\"{cy}\" r=\"2.4\"/>",
                N(y),
                N(radius * 0.2),
                N(-radius * 0.15),
                N(radius * 0.15),
                cy = N(y + 4.0),
                w = N(radius * 0.1),
                h = N(radius * 0.18),
            ));
            continue;
        }
        let roman = ROMAN.get(usize::from(hour % 12)).copied().unwrap_or("");
        let arabic = hour.to_string();
        let text = if look.indices == Indices::Roman { roman } else { arabic.as_str() };
        if rectangle {
            let (x, y) = on_rectangle(radius * 0.78, radius * 1.16, degrees);
            svg.put(format_args!("<text x=\"{}\" y=\"{}\">{text}</text>", N(x), N(y + size * 0.36)));
        } else if look.indices == Indices::Roman {
            svg.put(format_args!(
                "<text y=\"{}\" transform=\"rotate({})\">{text}</text>",
                N(-radius * 0.76 + size * 0.36),
                N(degrees)
            ));
        } else {
            let (x, y) = polar(radius * 0.76, degrees);
            svg.put(format_args!("<text x=\"{}\" y=\"{}\">{text}</text>", N(x), N(y + size * 0.36)));
        }
    }
    svg.put(format_args!("</g>"));
}

/// Where the hour at `degrees` stands on a rectangle: five columns above and below, the rest at the sides.
fn on_rectangle(w: f64, h: f64, degrees: f64) -> (f64, f64) {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let hour = (degrees / 30.0).round();
    let (x, y) = if [11.0, 0.0, 1.0, 5.0, 6.0, 7.0].contains(&hour) {
        (w * 0.62 * sin.signum() * f64::from(u8::from(sin.abs() > 0.1)), -h * cos.signum())
    } else {
        (w * sin.signum(), -h * 0.62 * cos.signum() * f64::from(u8::from(cos.abs() > 0.1)))
    };
    (x, y)
}

/// Small dials, each with a track and a hand of its own.
fn registers(svg: &mut Svg, look: &Look, radius: f64) {
    let paint = look.dial.paint();
    let ground = match look.registers {
        Registers::Two | Registers::Three if look.contrast_registers => look.bezel_colour.to_owned(),
        Registers::Two | Registers::Three if paint.is_light => mix(paint.rim, "#ffffff", 0.15),
        _ => mix(paint.rim, paint.middle, 0.3),
    };
    let contrast = look.contrast_registers && matches!(look.registers, Registers::Two | Registers::Three);
    let register_ink = if contrast { ink_on(&ground) } else { look.ink() };
    let size = if look.registers == Registers::Two { 0.29 } else { 0.27 };
    let r = radius * size;
    if matches!(look.registers, Registers::SmallSeconds | Registers::Two | Registers::Three) {
        svg.define(format_args!(
            "<g id=\"j\"><circle r=\"{}\" fill=\"{ground}\" stroke=\"{ink}\" stroke-opacity=\".35\"/><circle r=\"{}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"3\" opacity=\".8\" transform=\"rotate(-90)\" {}/><circle r=\"2.3\" fill=\"{ink}\"/></g>",
            N(r),
            N(r * 0.86),
            dashes(r * 0.86, 12.0, 1.1),
            ink = register_ink
        ));
    }
    let small = |svg: &mut Svg, degrees: f64, distance: f64, hand: f64| {
        let (x, y) = polar(radius * distance, degrees);
        svg.put(format_args!(
            "<g transform=\"translate({} {})\"><use href=\"#j\"/><path d=\"M0 {}V{}\" stroke=\"{register_ink}\" stroke-width=\"1.7\" transform=\"rotate({hand})\"/></g>",
            N(x),
            N(y),
            N(r * 0.25),
            N(-r * 0.78)
        ));
    };
    match look.registers {
        Registers::None => {}
        Registers::SmallSeconds => small(svg, 180.0, 0.5, 210.0),
        Registers::Two => {
            small(svg, 270.0, 0.49, 150.0);
            small(svg, 90.0, 0.49, 300.0);
        }
        Registers::Three => {
            small(svg, 270.0, 0.5, 150.0);
            small(svg, 90.0, 0.5, 300.0);
            small(svg, 180.0, 0.5, 20.0);
        }
        Registers::Moon => moon(svg, look, radius),
        Registers::Reserve => {
            let (x, y) = polar(radius * 0.46, 180.0);
            let r = radius * 0.26;
            let (from, to) = (around(x, y, r, 240.0), around(x, y, r, 120.0));
            let tip = around(x, y, r * 0.86, 45.0);
            svg.put(format_args!(
                "<path d=\"M{} {}A{r} {r} 0 0 1 {} {}\" fill=\"none\" stroke=\"{}\" stroke-width=\"3\"/><path d=\"M{} {}L{} {}\" stroke=\"{}\" stroke-width=\"2\"/>",
                N(from.0),
                N(from.1),
                N(to.0),
                N(to.1),
                look.ink(),
                N(x),
                N(y),
                N(tip.0),
                N(tip.1),
                look.accent,
                r = N(r)
            ));
        }
    }
}

/// The moon in its window: a night sky, half covered by the two humps the disc turns behind.
fn moon(svg: &mut Svg, look: &Look, radius: f64) {
    let (x, y) = polar(radius * 0.46, 180.0);
    let r = radius * 0.3;
    svg.define(format_args!(
        "<clipPath id=\"v\"><path d=\"M{} {}a{r} {r} 0 0 1 {} 0z\"/></clipPath>",
        N(x - r),
        N(y + r * 0.35),
        N(r * 2.0),
        r = N(r)
    ));
    svg.put(format_args!(
        "<g clip-path=\"url(#v)\"><circle cx=\"{x}\" cy=\"{cy}\" r=\"{}\" fill=\"#142650\"/><circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"#f5dd9a\"/><g fill=\"#fff\"><circle cx=\"{}\" cy=\"{}\" r=\"1.1\"/><circle cx=\"{}\" cy=\"{}\" r=\".9\"/><circle cx=\"{}\" cy=\"{}\" r=\"1\"/></g></g><g fill=\"{}\"><circle cx=\"{}\" cy=\"{cy2}\" r=\"{h}\"/><circle cx=\"{}\" cy=\"{cy2}\" r=\"{h}\"/></g>",
        N(r),
        N(x + r * 0.12),
        N(y - r * 0.2),
        N(r * 0.34),
        N(x - r * 0.45),
        N(y - r * 0.2),
        N(x - r * 0.2),
        N(y - r * 0.42),
        N(x + r * 0.6),
        N(y - r * 0.12),
        mix(look.dial.paint().middle, look.dial.paint().rim, 0.45),
        N(x - r * 0.62),
        N(x + r * 0.62),
        x = N(x),
        cy = N(y + r * 0.35),
        cy2 = N(y + r * 0.36),
        h = N(r * 0.38),
    ));
}

fn date(svg: &mut Svg, look: &Look, radius: f64) {
    let Some(hour) = look.date_at else { return };
    let degrees = f64::from(hour) * 30.0;
    let distance = if hour == 6 && look.registers == Registers::SmallSeconds { 0.5 } else { 0.74 };
    let (x, y) = polar(radius * distance, degrees);
    let (w, h) = (radius * 0.21, radius * 0.17);
    let (ground, ink) = if look.dial.paint().is_light { ("#fff", "#15171a") } else { ("#f3efe4", "#15171a") };
    svg.put(format_args!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"1.5\" fill=\"{ground}\" stroke=\"{}\" stroke-width=\"1.4\"/><text x=\"{}\" y=\"{}\" font-family=\"sans-serif\" font-size=\"{}\" text-anchor=\"middle\" fill=\"{ink}\">{}</text>",
        N(x - w / 2.0),
        N(y - h / 2.0),
        N(w),
        N(h),
        look.material.sheen().body,
        N(x),
        N(y + h * 0.33),
        N(h * 0.92),
        if look.diameter_mm > 40.0 { 17 } else { 24 }
    ));
}

fn signature(svg: &mut Svg, look: &Look, radius: f64) {
    let room_above = look.shape == Shape::Rectangle || look.indices != Indices::Pilot;
    let y = -radius * if room_above { 0.46 } else { 0.38 };
    let size = radius * if look.signature.len() > 14 { 0.078 } else { 0.092 };
    let serif = matches!(
        look.indices,
        Indices::Roman | Indices::Script | Indices::Fine | Indices::Wedges | Indices::Diamonds
    );
    let family = if serif { "Georgia,serif" } else { "sans-serif" };
    svg.put(format_args!(
        "<text y=\"{}\" font-family=\"{family}\" font-size=\"{}\" text-anchor=\"middle\" fill=\"{}\">{}</text>",
        N(y),
        N(size),
        look.ink(),
        look.signature.replace('&', "&amp;")
    ));
    if look.bezel == Bezel::Diver {
        svg.put(format_args!(
            "<path d=\"M{} {}q4-3 8 0t8 0t8 0\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.3\"/>",
            N(-12.0),
            N(radius * 0.4),
            look.accent
        ));
    }
}
