//! The strap or bracelet, running off the picture at the top and the bottom.

use super::{
    Look,
    svg::{N, Svg, mix},
};
use crate::seed::parts::{Material, Shape, Strap};

/// Draws the upper half and, turned round, the lower one.
pub fn draw(svg: &mut Svg, look: &Look) {
    let lug = look.lug_half_width();
    let end = lug * 0.9;
    let top = -look.radius() * 0.72;
    let lugs = -look.radius() * 1.05;
    let metal = look.material.sheen();
    let (edge, middle) = if look.strap.is_metal() {
        (metal.shade.to_owned(), mix(metal.body, metal.light, 0.35))
    } else {
        (mix(look.strap_colour, "#000000", 0.38), mix(look.strap_colour, "#ffffff", 0.1))
    };
    svg.gradient("s", true, false, &[("0", &edge), (".22", &middle), (".78", &middle), ("1", &edge)]);
    svg.define(format_args!(
        "<clipPath id=\"k\"><path id=\"t\" d=\"M{} -212L{} {lugs}V{top}H{r}V{lugs}L{} -212z\"/></clipPath>",
        N(-end),
        N(-lug),
        N(end),
        r = N(lug),
        lugs = N(lugs),
        top = N(top)
    ));
    // The shadow of strap and case together, cast down and to the right.
    let (w, h, corner) = match look.shape {
        Shape::Rectangle => (look.radius() * 0.8, look.radius() * 1.1, 12.0),
        Shape::Cushion => (look.radius(), look.radius(), look.radius() * 0.62),
        _ => (look.radius(), look.radius(), look.radius()),
    };
    svg.put(format_args!(
        "<g filter=\"url(#b)\" opacity=\".3\" transform=\"translate(6 10)\"><path d=\"M{} -200h{}v400h-{1}z\"/><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/></g>",
        N(-lug),
        N(lug * 2.0),
        N(-w),
        N(-h),
        N(w * 2.0),
        N(h * 2.0),
        N(corner)
    ));
    svg.put(format_args!("<g id=\"a\"><use href=\"#t\" fill=\"url(#s)\"/><g clip-path=\"url(#k)\">"));
    surface(svg, look, lug, end, top);
    svg.put(format_args!("</g></g><use href=\"#a\" transform=\"rotate(180)\"/>"));
}

fn surface(svg: &mut Svg, look: &Look, lug: f64, end: f64, top: f64) {
    let thread = mix(look.strap_colour, "#ffffff", 0.55);
    let dark = mix(look.strap_colour, "#000000", 0.45);
    let stitches = |svg: &mut Svg, inset: f64| {
        let y = top - 4.0;
        svg.put(format_args!(
            "<path d=\"M{} -212L{l} {lugs}V{y}M{} -212L{r} {lugs}V{y}\" stroke=\"{thread}\" stroke-width=\"1.5\" stroke-dasharray=\"5 3\" fill=\"none\"/>",
            N(-end + inset),
            N(end - inset),
            l = N(-lug + inset),
            r = N(lug - inset),
            lugs = N(-look.radius() * 1.05),
            y = N(y)
        ));
    };
    match look.strap {
        Strap::Calf | Strap::Cork => {
            if look.strap == Strap::Cork {
                let speck = mix(look.strap_colour, "#3a2412", 0.6);
                svg.define(format_args!(
                    "<pattern id=\"q\" width=\"26\" height=\"22\" patternUnits=\"userSpaceOnUse\"><path d=\"M3 4h5M15 2l4 2M9 12l6-1M20 15h4M2 18l5 1M13 19h2\" stroke=\"{speck}\" stroke-width=\"1.3\" opacity=\".6\"/></pattern>"
                ));
                fill(svg, "q");
            }
            stitches(svg, 6.0);
        }
        Strap::Suede => {
            svg.define(format_args!(
                "<pattern id=\"q\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 1l2 1M3 4l1-1\" stroke=\"#fff\" stroke-width=\".8\" opacity=\".16\"/></pattern>"
            ));
            fill(svg, "q");
            stitches(svg, 7.0);
        }
        Strap::Alligator => {
            svg.define(format_args!(
                "<pattern id=\"q\" width=\"34\" height=\"19\" x=\"-17\" patternUnits=\"userSpaceOnUse\"><rect x=\"1\" y=\"1\" width=\"32\" height=\"17\" rx=\"5\" fill=\"#fff\" fill-opacity=\".07\" stroke=\"{dark}\" stroke-width=\"1.6\"/></pattern>"
            ));
            fill(svg, "q");
            stitches(svg, 5.0);
        }
        Strap::Rally => {
            let reach = lug * 0.48;
            svg.define(format_args!(
                "<g id=\"p\"><circle cx=\"{}\" r=\"5\"/><circle r=\"5\"/><circle cx=\"{}\" r=\"5\"/></g>",
                N(-reach),
                N(reach)
            ));
            for row in [22.0, 43.0, 64.0] {
                svg.put(format_args!("<use href=\"#p\" y=\"{}\" opacity=\".8\"/>", N(top - row)));
            }
            stitches(svg, 6.0);
        }
        Strap::Rivet => {
            stitches(svg, 6.0);
            let y = top - 20.0;
            svg.put(format_args!(
                "<path d=\"M-100 {}h200\" stroke=\"{dark}\" stroke-width=\"2\"/><g fill=\"url(#m)\" stroke=\"{dark}\"><circle cx=\"{}\" cy=\"{y}\" r=\"5.5\"/><circle cx=\"{}\" cy=\"{y}\" r=\"5.5\"/></g>",
                N(y - 13.0),
                N(-lug * 0.62),
                N(lug * 0.62),
                y = N(y)
            ));
        }
        Strap::Canvas | Strap::Sailcloth => {
            let (size, opacity) = if look.strap == Strap::Canvas { (4, ".16") } else { (7, ".13") };
            svg.define(format_args!(
                "<pattern id=\"q\" width=\"{size}\" height=\"{size}\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 0h{size}M0 0v{size}\" stroke=\"#fff\" stroke-width=\"1.4\" opacity=\"{opacity}\"/></pattern>"
            ));
            fill(svg, "q");
            stitches(svg, 7.0);
        }
        Strap::Nato => {
            let width = lug * 0.34;
            svg.put(format_args!(
                "<path d=\"M{} -212h{}v200h-{1}z\" fill=\"{}\" opacity=\".9\"/>",
                N(-width),
                N(width * 2.0),
                mix(look.accent, look.strap_colour, 0.25)
            ));
            svg.define(format_args!(
                "<pattern id=\"q\" width=\"6\" height=\"4\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 0h6M3 0v4\" stroke=\"#000\" stroke-width=\".8\" opacity=\".2\"/></pattern>"
            ));
            fill(svg, "q");
        }
        Strap::Rubber => {
            svg.define(format_args!(
                "<pattern id=\"q\" x=\"-200\" width=\"400\" height=\"13\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 5h400\" stroke=\"#000\" stroke-width=\"3\" opacity=\".28\"/><path d=\"M0 7.6h400\" stroke=\"#fff\" opacity=\".14\"/></pattern>"
            ));
            svg.put(format_args!(
                "<path d=\"M{} -212h{}v200h-{1}z\" fill=\"url(#q)\"/>",
                N(-lug * 0.6),
                N(lug * 1.2)
            ));
        }
        Strap::Mesh => {
            let shade = look.material.sheen().shade;
            svg.define(format_args!(
                "<pattern id=\"q\" width=\"7\" height=\"6\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 0l3.5 3L7 0M0 6l3.5-3L7 6\" fill=\"none\" stroke=\"{shade}\" stroke-width=\"1.1\" opacity=\".75\"/></pattern>"
            ));
            fill(svg, "q");
        }
        Strap::Bracelet => links(svg, look, lug),
    }
}

/// Three, or for dress cases five, links across; every row bent a little like the real thing.
fn links(svg: &mut Svg, look: &Look, lug: f64) {
    let shade = mix(look.material.sheen().shade, "#000000", 0.25);
    let pitch = if look.date_at.is_some() { 20 } else { 16 };
    let middle = lug * if look.central_seconds { 0.42 } else { 0.58 };
    let sheen = if look.material == Material::BlackSteel { ".16" } else { ".5" };
    let half = f64::from(pitch) / 2.0;
    svg.define(format_args!(
        "<pattern id=\"q\" x=\"-200\" width=\"400\" height=\"{pitch}\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 1H{l}M{r} 1H400M{l} {half}H{r}\" stroke=\"{shade}\" stroke-width=\"1.8\"/><path d=\"M0 3H{l}M{r} 3H400M{l} {}H{r}\" stroke=\"#fff\" stroke-width=\"1.6\" opacity=\"{sheen}\"/></pattern>",
        N(half + 2.0),
        l = N(200.0 - middle),
        r = N(200.0 + middle),
        half = N(half),
    ));
    fill(svg, "q");
    svg.put(format_args!(
        "<path d=\"M{} -212v200M{} -212v200\" stroke=\"{shade}\" stroke-width=\"1.6\"/>",
        N(-middle),
        N(middle)
    ));
}

fn fill(svg: &mut Svg, pattern: &str) {
    svg.put(format_args!("<path d=\"M-110-212h220v212h-220z\" fill=\"url(#{pattern})\"/>"));
}
