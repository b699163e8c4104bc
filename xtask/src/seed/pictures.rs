//! Pictures of what the sample shop sells: SVG drawings of 400 by 400, each under 6 KiB so that a list of twenty stays
//! lighter than one photograph, without a font or image from elsewhere.
//!
//! A drawing shows the facts: the dial is the colour the shop says, a chronograph has its registers and pushers, a diver its
//! bezel. It is drawn from the back to the front: ground, strap, case, bezel, dial, hands, glass.

mod accessory;
mod case;
mod dial;
mod hands;
mod ring;
mod strap;
mod svg;

pub use accessory::{Accessory, Kind, draw as accessory};
pub use svg::mix;

use super::parts::{Bezel, Colour, Hands, Indices, Material, Registers, Shape, Strap, Texture};
use svg::Svg;

/// The width and height of every picture.
pub const PICTURE_SIZE: u32 = 400;

/// What can be seen of a watch from the front.
#[derive(Clone)]
pub struct Look {
    pub shape: Shape,
    pub material: Material,
    pub diameter_mm: f64,
    pub dial: Colour,
    pub texture: Texture,
    pub indices: Indices,
    pub hands: Hands,
    pub bezel: Bezel,
    pub registers: Registers,
    /// A window for the date, at this hour.
    pub date_at: Option<u8>,
    pub central_seconds: bool,
    pub second_zone: bool,
    /// Registers in the bezel's colour instead of the dial's.
    pub contrast_registers: bool,
    pub strap: Strap,
    pub strap_colour: &'static str,
    /// The colour of what should stand out: a second hand, a fourth hand, half a bezel.
    pub accent: &'static str,
    pub bezel_colour: &'static str,
    /// The tint of the ground it lies on.
    pub ground: &'static str,
    pub signature: &'static str,
}

impl Look {
    /// The radius of the case, in the picture's units.
    fn radius(&self) -> f64 {
        66.0 + self.diameter_mm * 1.6
    }

    /// Dark marks on a light dial, light marks on a dark one.
    fn ink(&self) -> &'static str {
        if self.dial.paint().is_light { "#23262a" } else { "#f6f3ea" }
    }

    /// The radius of the dial's opening, or half the width of a rectangular one.
    fn dial_radius(&self) -> f64 {
        let radius = self.radius();
        match (self.shape, self.bezel) {
            (Shape::Rectangle, _) => radius * 0.66,
            (Shape::Octagon, _) => radius * 0.76,
            (_, Bezel::Diver | Bezel::DayNight | Bezel::Tachymeter | Bezel::Compass) => radius * 0.75,
            (Shape::Cushion, _) => radius * 0.8,
            (_, Bezel::Polished) => radius * 0.88,
            _ => radius * 0.84,
        }
    }

    /// Half the width of the strap where it meets the case.
    fn lug_half_width(&self) -> f64 {
        match self.shape {
            Shape::Rectangle => self.radius() * 0.56,
            Shape::Octagon => self.radius() * 0.58,
            _ => self.radius() * 0.5,
        }
    }
}

/// Draws a watch.
pub fn watch(look: &Look) -> String {
    let mut svg = Svg::new(look.ground, 0);
    define_paints(&mut svg, look);
    strap::draw(&mut svg, look);
    case::draw(&mut svg, look);
    dial::draw(&mut svg, look);
    hands::draw(&mut svg, look);
    glass(&mut svg, look);
    svg.finish()
}

/// The gradients that several parts share: `m` metal lit from the upper left, `n` the same from below, `d` the dial.
fn define_paints(svg: &mut Svg, look: &Look) {
    let sheen = look.material.sheen();
    svg.gradient(
        "m",
        true,
        true,
        &[("0", sheen.light), (".35", sheen.body), (".6", sheen.light), ("1", sheen.shade)],
    );
    svg.gradient("n", true, true, &[("0", sheen.shade), (".5", sheen.body), ("1", sheen.light)]);
    let paint = look.dial.paint();
    let (reach, rim) = match look.texture {
        Texture::Fume => (".6", if paint.is_light { paint.rim } else { "#08090b" }),
        Texture::Matte | Texture::Enamel | Texture::Brushed => (".95", paint.rim),
        _ => (".8", paint.rim),
    };
    svg.define(format_args!(
        "<radialGradient id=\"d\" cx=\".45\" cy=\".38\" r=\"{reach}\"><stop stop-color=\"{}\"/><stop offset=\"1\" stop-color=\"{rim}\"/></radialGradient>",
        paint.middle
    ));
}

/// The light on the crystal: one soft band across the upper left.
fn glass(svg: &mut Svg, look: &Look) {
    let radius = look.dial_radius();
    if look.shape == Shape::Rectangle {
        let (w, h) = (radius * 0.94, radius * 1.3);
        svg.put(format_args!(
            "<path d=\"M{0} {1}h{2}L{0} {3}z\" fill=\"#fff\" opacity=\".13\"/>",
            svg::N(-w),
            svg::N(-h),
            svg::N(w * 1.25),
            svg::N(h * 0.55)
        ));
        return;
    }
    let r = radius * 0.96;
    let (from, to) = (svg::polar(r, 292.0), svg::polar(r, 18.0));
    svg.put(format_args!(
        "<path d=\"M{} {}A{r} {r} 0 0 1 {} {}Q{} {} {} {}z\" fill=\"#fff\" opacity=\".12\"/>",
        svg::N(from.0),
        svg::N(from.1),
        svg::N(to.0),
        svg::N(to.1),
        svg::N(-r * 0.28),
        svg::N(-r * 0.4),
        svg::N(from.0),
        svg::N(from.1),
        r = svg::N(r)
    ));
}
