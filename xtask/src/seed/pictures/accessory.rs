//! What lies beside the watches: straps, rolls, boxes and tools.

use super::svg::{N, Svg, mix};
use crate::seed::parts::{Material, Strap};

/// What an accessory is, to the eye.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Strap(Strap),
    Roll,
    Pouch,
    Winder,
    Box,
    Tool,
}

pub struct Accessory {
    pub kind: Kind,
    pub colour: &'static str,
    pub lining: &'static str,
    pub material: Material,
    pub ground: String,
    /// How many watches it holds, where it holds any.
    pub places: u8,
}

pub fn draw(look: &Accessory) -> String {
    let mut svg = Svg::new(&look.ground, 200);
    let sheen = look.material.sheen();
    svg.gradient(
        "m",
        true,
        true,
        &[("0", sheen.light), (".35", sheen.body), (".6", sheen.light), ("1", sheen.shade)],
    );
    let (dark, light) = (mix(look.colour, "#000000", 0.4), mix(look.colour, "#ffffff", 0.14));
    svg.gradient("s", true, false, &[("0", &dark), (".25", &light), (".75", look.colour), ("1", &dark)]);
    svg.gradient("u", false, true, &[("0", &light), (".5", look.colour), ("1", &dark)]);
    match look.kind {
        Kind::Strap(strap) => pair(&mut svg, look, strap),
        Kind::Roll => roll(&mut svg, look),
        Kind::Pouch => pouch(&mut svg, look),
        Kind::Winder => winder(&mut svg, look),
        Kind::Box => case(&mut svg, look),
        Kind::Tool => tool(&mut svg, look),
    }
    svg.finish()
}

fn shadow(svg: &mut Svg, path: &str) {
    svg.put(format_args!(
        "<path d=\"{path}\" filter=\"url(#b)\" opacity=\".32\" transform=\"translate(7 11)\"/>"
    ));
}

/// The two halves of a strap side by side: the long one with its holes, the short one with the buckle.
fn pair(svg: &mut Svg, look: &Accessory, strap: Strap) {
    const LONG: &str = "M112 52h56l-4 268q-2 26-24 34q-22-8-24-34z";
    const SHORT: &str = "M232 52h56l-5 196h-46z";
    if strap.is_metal() {
        return links(svg, look, strap);
    }
    shadow(svg, LONG);
    shadow(svg, SHORT);
    let thread = mix(look.lining, "#ffffff", 0.2);
    let dark = mix(look.colour, "#000000", 0.45);
    let grain: Option<(u32, u32, String)> = match strap {
        Strap::Alligator => Some((30, 18, format!("<rect x=\"1\" y=\"1\" width=\"28\" height=\"16\" rx=\"5\" fill=\"#fff\" fill-opacity=\".07\" stroke=\"{dark}\" stroke-width=\"1.6\"/>"))),
        Strap::Suede => Some((5, 5, "<path d=\"M0 1l2 1M3 4l1-1\" stroke=\"#fff\" stroke-width=\".8\" opacity=\".18\"/>".to_owned())),
        Strap::Canvas | Strap::Sailcloth => Some((5, 5, "<path d=\"M0 0h5M0 0v5\" stroke=\"#fff\" stroke-width=\"1.3\" opacity=\".17\"/>".to_owned())),
        Strap::Nato => Some((6, 4, "<path d=\"M0 0h6M3 0v4\" stroke=\"#000\" stroke-width=\".8\" opacity=\".22\"/>".to_owned())),
        Strap::Rubber => Some((400, 14, "<path d=\"M0 6h400\" stroke=\"#000\" stroke-width=\"3.4\" opacity=\".3\"/><path d=\"M0 9h400\" stroke=\"#fff\" opacity=\".15\"/>".to_owned())),
        Strap::Cork => Some((26, 22, format!("<path d=\"M3 4h5M15 2l4 2M9 12l6-1M20 15h4M2 18l5 1M13 19h2\" stroke=\"{dark}\" stroke-width=\"1.3\" opacity=\".6\"/>"))),
        _ => None,
    };
    if let Some((width, height, content)) = &grain {
        svg.define(format_args!("<pattern id=\"q\" width=\"{width}\" height=\"{height}\" patternUnits=\"userSpaceOnUse\">{content}</pattern>"));
    }
    for path in [LONG, SHORT] {
        svg.put(format_args!("<path d=\"{path}\" fill=\"url(#s)\"/>"));
        if strap == Strap::Nato {
            let x = if path == LONG { 130 } else { 250 };
            let y = if path == LONG { 298 } else { 196 };
            svg.put(format_args!(
                "<path d=\"M{x} 52h20v{y}h-20z\" fill=\"{}\" opacity=\".9\"/>",
                look.lining
            ));
        }
        if grain.is_some() {
            svg.put(format_args!("<path d=\"{path}\" fill=\"url(#q)\"/>"));
        }
    }
    if !matches!(strap, Strap::Rubber | Strap::Nato) {
        svg.put(format_args!(
            "<path d=\"M119 60l3 258q2 20 18 28q16-8 18-28l3-258M239 60l4 184M281 60l-4 184\" fill=\"none\" stroke=\"{thread}\" stroke-width=\"1.7\" stroke-dasharray=\"6 3.5\"/>"
        ));
    }
    svg.put(format_args!("<g fill=\"#1a1512\" opacity=\".85\">"));
    for hole in 0..6 {
        let y = f64::from(hole) * 20.0 + 212.0;
        match strap {
            Strap::Rally => svg.put(format_args!(
                "<circle cx=\"140\" cy=\"{0}\" r=\"3\"/><circle cx=\"140\" cy=\"{1}\" r=\"5.5\"/>",
                N(y),
                N(y - 130.0)
            )),
            _ => svg.put(format_args!("<circle cx=\"140\" cy=\"{}\" r=\"3\"/>", N(y))),
        }
    }
    svg.put(format_args!("</g>"));
    if strap == Strap::Rivet {
        svg.put(format_args!("<g fill=\"url(#m)\" stroke=\"{dark}\"><circle cx=\"128\" cy=\"78\" r=\"5.5\"/><circle cx=\"152\" cy=\"78\" r=\"5.5\"/><circle cx=\"248\" cy=\"78\" r=\"5.5\"/><circle cx=\"272\" cy=\"78\" r=\"5.5\"/></g>"));
    }
    svg.put(format_args!(
            "<rect x=\"231\" y=\"206\" width=\"58\" height=\"15\" rx=\"3\" fill=\"url(#u)\" stroke=\"{dark}\" stroke-width=\".8\"/>"
        ));
    svg.put(format_args!(
        "<g fill=\"none\" stroke=\"url(#m)\" stroke-width=\"7\" filter=\"url(#h)\"><rect x=\"229\" y=\"244\" width=\"62\" height=\"38\" rx=\"9\"/><path d=\"M258 246h4v36h-4z\" stroke-width=\"2\"/></g>"
    ));
}

/// A bracelet, closed but for its ends: one band of links or mesh with the clasp in the middle.
fn links(svg: &mut Svg, look: &Accessory, strap: Strap) {
    const BAND: &str = "M168 28h64l-6 150v44l6 150h-64l6-150v-44z";
    shadow(svg, BAND);
    let dark = mix(look.colour, "#000000", 0.45);
    if strap == Strap::Mesh {
        svg.define(format_args!("<pattern id=\"q\" width=\"7\" height=\"6\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 0l3.5 3L7 0M0 6l3.5-3L7 6\" fill=\"none\" stroke=\"{dark}\" stroke-width=\"1.1\"/></pattern>"));
    } else {
        svg.define(format_args!("<pattern id=\"q\" width=\"400\" height=\"18\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 1H186M214 1H400M186 10h28M186 0v18M214 0v18\" stroke=\"{dark}\" stroke-width=\"2\"/><path d=\"M0 3.4H186M214 3.4H400M187 12.4h26\" stroke=\"#fff\" stroke-width=\"1.6\" opacity=\".5\"/></pattern>"));
    }
    svg.put(format_args!(
        "<path d=\"{BAND}\" fill=\"url(#s)\"/><path d=\"{BAND}\" fill=\"url(#q)\"/><g filter=\"url(#h)\"><rect x=\"166\" y=\"160\" width=\"68\" height=\"{}\" rx=\"7\" fill=\"url(#m)\"/></g><path d=\"M166 {1}h68M186 176h28\" stroke=\"{dark}\" stroke-width=\"1.6\"/><path d=\"M170 28h60M170 372h60\" stroke=\"{dark}\" stroke-width=\"5\"/>",
        54 + u32::from(look.places) * 8,
        200 + u32::from(look.places) * 4
    ));
}

fn roll(svg: &mut Svg, look: &Accessory) {
    let half = 58.0 + f64::from(look.places) * 20.0;
    let (left, right) = (200.0 - half, 200.0 + half);
    let (l, r, w) = (N(left), N(right), N(half * 2.0));
    let body = format!("M{l} 128h{w}q26 0 26 72t-26 72h-{w}q-26 0-26-72t26-72z");
    shadow(svg, &body);
    let thread = mix(look.lining, "#ffffff", 0.25);
    svg.put(format_args!("<path d=\"{body}\" fill=\"url(#u)\"/><ellipse cx=\"{r}\" cy=\"200\" rx=\"24\" ry=\"71\" fill=\"{}\"/><path d=\"M{r} 150q-14 50 0 96q16-42 2-78q-10 34-2 58\" fill=\"none\" stroke=\"{}\" stroke-width=\"5\"/>", look.lining, look.colour));
    svg.put(format_args!(
        "<path d=\"M{l} 240h{w}\" stroke=\"{thread}\" stroke-width=\"1.7\" stroke-dasharray=\"6 3.5\"/>"
    ));
    let dark = mix(look.colour, "#000000", 0.3);
    let straps: &[f64] = if look.places > 2 { &[-0.55, 0.35] } else { &[-0.1] };
    for place in straps {
        let x = 200.0 + half * place;
        svg.put(format_args!(
            "<rect x=\"{}\" y=\"127\" width=\"24\" height=\"146\" rx=\"3\" fill=\"{dark}\"/><rect x=\"{}\" y=\"186\" width=\"36\" height=\"26\" rx=\"5\" fill=\"none\" stroke=\"url(#m)\" stroke-width=\"5\"/>",
            N(x - 12.0),
            N(x - 18.0)
        ));
    }
}

fn pouch(svg: &mut Svg, look: &Accessory) {
    const BODY: &str = "M122 84h156q14 0 14 14v216q0 18-18 18H126q-18 0-18-18V98q0-14 14-14z";
    shadow(svg, BODY);
    let thread = mix(look.lining, "#ffffff", 0.25);
    let dark = mix(look.colour, "#000000", 0.22);
    svg.put(format_args!(
        "<path d=\"{BODY}\" fill=\"url(#u)\"/><path d=\"M118 160v152q0 10 10 10h144q10 0 10-10V160\" fill=\"none\" stroke=\"{thread}\" stroke-width=\"1.8\" stroke-dasharray=\"6 3.5\"/><path d=\"M108 98q0-14 14-14h156q14 0 14 14v56q-92 88-184 0z\" fill=\"{dark}\" filter=\"url(#h)\"/><path d=\"M114 100v50q86 78 172 0v-50\" fill=\"none\" stroke=\"{thread}\" stroke-width=\"1.8\" stroke-dasharray=\"6 3.5\"/><circle cx=\"200\" cy=\"176\" r=\"10\" fill=\"url(#m)\" stroke=\"{dark}\"/>"
    ));
}

/// A cushion with a watch-shaped nothing on it, for boxes and winders.
fn cushion(svg: &mut Svg, look: &Accessory, x: f64, y: f64, w: f64, h: f64) {
    svg.put(format_args!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{r}\" fill=\"{}\" stroke=\"#0003\"/><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{r}\" fill=\"#fff\" opacity=\".22\"/>",
        N(x - w / 2.0),
        N(y - h / 2.0),
        N(w),
        N(h),
        look.lining,
        N(x - w * 0.36),
        N(y - h * 0.4),
        N(w * 0.72),
        N(h * 0.3),
        r = N(w * 0.28)
    ));
}

fn winder(svg: &mut Svg, look: &Accessory) {
    const BODY: &str = "M104 76h192q12 0 12 12v228q0 12-12 12H104q-12 0-12-12V88q0-12 12-12z";
    shadow(svg, BODY);
    svg.put(format_args!(
        "<path d=\"{BODY}\" fill=\"url(#u)\"/><rect x=\"112\" y=\"96\" width=\"176\" height=\"176\" rx=\"8\" fill=\"#15171a\"/><circle cx=\"200\" cy=\"184\" r=\"74\" fill=\"none\" stroke=\"url(#m)\" stroke-width=\"6\"/>"
    ));
    cushion(svg, look, 200.0, 184.0, 84.0, 100.0);
    svg.put(format_args!(
        "<path d=\"M112 96h120L112 240z\" fill=\"#fff\" opacity=\".1\"/><circle cx=\"200\" cy=\"300\" r=\"10\" fill=\"url(#m)\"/><circle cx=\"160\" cy=\"300\" r=\"3\" fill=\"#8fd18a\"/>"
    ));
}

fn case(svg: &mut Svg, look: &Accessory) {
    const BODY: &str = "M62 130h276q10 0 10 10v150q0 12-12 12H64q-12 0-12-12V140q0-10 10-10z";
    shadow(svg, BODY);
    svg.put(format_args!("<path d=\"{BODY}\" fill=\"url(#u)\"/><rect x=\"66\" y=\"144\" width=\"268\" height=\"128\" rx=\"5\" fill=\"{}\"/>", mix(look.lining, "#000000", 0.45)));
    let places = f64::from(look.places.max(1));
    let pitch = 268.0 / places;
    for place in 0..look.places.max(1) {
        let x = 66.0 + pitch * (f64::from(place) + 0.5);
        cushion(svg, look, x, 208.0, pitch * 0.74, 100.0);
    }
    svg.put(format_args!(
        "<path d=\"M52 130l20-46h256l20 46z\" fill=\"{}\"/><path d=\"M72 130l14-34h228l14 34z\" fill=\"#dfe9ee\" opacity=\".55\"/><rect x=\"184\" y=\"280\" width=\"32\" height=\"14\" rx=\"3\" fill=\"url(#m)\"/>",
        mix(look.colour, "#000000", 0.25)
    ));
}

fn tool(svg: &mut Svg, look: &Accessory) {
    svg.put(format_args!("<g transform=\"rotate(38 200 200)\">"));
    shadow(svg, "M186 40h28v320h-28z");
    svg.put(format_args!(
        "<path d=\"M196 24l-5 26 3 6v36h12V56l3-6-5-26-2 12h-4z\" fill=\"url(#m)\" stroke=\"#0004\"/><rect x=\"184\" y=\"88\" width=\"32\" height=\"208\" rx=\"10\" fill=\"url(#s)\"/><path d=\"M184 112h32M184 122h32M184 132h32M184 262h32M184 272h32\" stroke=\"{}\" stroke-width=\"3\"/><path d=\"M194 296h12v34l-6 34-6-34z\" fill=\"url(#m)\" stroke=\"#0004\"/></g>",
        look.lining
    ));
    for bar in 0..look.places {
        let x = 262.0 + f64::from(bar) * 22.0;
        svg.put(format_args!(
            "<g stroke=\"#0004\"><rect x=\"{}\" y=\"262\" width=\"3\" height=\"84\" fill=\"#8b939b\"/><rect x=\"{}\" y=\"268\" width=\"7\" height=\"72\" rx=\"1\" fill=\"url(#m)\"/></g>",
            N(x - 1.5),
            N(x - 3.5)
        ));
    }
}
