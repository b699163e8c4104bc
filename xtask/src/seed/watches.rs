//! The watches themselves: every fact of a design, and the look that follows from the facts.
//!
//! A design is drawn from its number alone, so the hundredth watch is the same in a shop of 240 and in one of 100,000.

use super::{
    brands::{self, House, Line},
    parts::{
        Bezel, Colour, Glass, Hands, Indices, Material, Movement, Registers, Shape, Strap, Style, Texture,
    },
    pictures::Look,
    rng::Rng,
};

/// A watch as it was designed: what is true of it in every colour and on every strap.
pub struct Watch {
    pub house: &'static House,
    pub line: &'static Line,
    /// Which of the line's models it is.
    pub word: &'static str,
    pub movement: Movement,
    pub material: Material,
    pub glass: Glass,
    pub diameter_mm: f64,
    pub thickness_mm: f64,
    pub lug_width_mm: u8,
    pub water_m: u32,
    pub reserve: Reserve,
    /// The pictured one first.
    pub dials: Vec<Colour>,
    pub straps: Vec<Strap>,
    pub look: Look,
}

/// How long it runs by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reserve {
    Hours(u32),
    /// Eight days and the like.
    Days(u32),
    /// Until the battery is empty.
    Years(u32),
    /// In the dark, for what lives on light.
    Months(u32),
}

impl Watch {
    pub fn design(number: usize) -> Self {
        let (house, line, word) = brands::line_of(number);
        let mut rng = Rng::new("design", number);
        let style = line.style;
        let movement = movement(&mut rng, house, style);
        let material = material(&mut rng, house, style);
        let diameter_mm = diameter_mm(&mut rng, house, line);
        let (straps, dials) = options(&mut rng, house, style);
        let water_m = water_m(&mut rng, line);
        let glass = glass(&mut rng, house, style);
        let reserve = reserve(&mut rng, house, movement);
        let thickness_mm = thickness_mm(&mut rng, style, movement, water_m);
        let look = look(&mut rng, house, line, movement, material, diameter_mm, &dials, &straps);
        let lug_width_mm = match diameter_mm {
            ..34.0 => 16,
            ..37.0 => 18,
            ..42.0 => 20,
            _ => 22,
        };
        Self {
            house,
            line,
            word,
            movement,
            material,
            glass,
            diameter_mm,
            thickness_mm,
            lug_width_mm,
            water_m,
            reserve,
            dials,
            straps,
            look,
        }
    }

    /// A price in euros before it is made a price anybody would print.
    pub fn worth_eur(&self) -> f64 {
        let style = match self.line.style {
            Style::Chronograph => 1.45,
            Style::Moonphase => 1.35,
            Style::Travel => 1.22,
            Style::Dive | Style::Pilot => 1.0,
            Style::Dress => 0.95,
            Style::Everyday => 0.88,
            Style::Field => 0.85,
        };
        let movement = |movement: Movement| match movement {
            Movement::Automatic => 1.0,
            Movement::HandWound => 0.96,
            Movement::Solar => 0.78,
            Movement::Quartz => 0.64,
        };
        let usual = self.house.movements.first().copied().unwrap_or_default();
        let usual_material = self.house.materials.first().copied().unwrap_or_default();
        self.house.typical_eur * style * movement(self.movement) / movement(usual)
            * self.material.price_factor()
            / usual_material.price_factor().min(1.25)
    }

    /// The watch without its strap.
    pub fn head_grams(&self) -> f64 {
        let size = (self.diameter_mm / 40.0).powf(2.4) * (self.thickness_mm / 11.0).powf(0.7);
        let movement = if self.movement.is_mechanical() { 12.0 } else { 6.0 };
        let size = if self.line.shape == Shape::Rectangle { size * 1.5 } else { size };
        46.0 * size * self.material.weight_factor() + movement
    }
}

fn movement(rng: &mut Rng, house: &House, style: Style) -> Movement {
    let drawn = rng.pick(house.movements);
    match (style, drawn) {
        // A crown that is wound daily does not stay watertight, and a second zone needs the torque of a rotor.
        (Style::Dive | Style::Travel, Movement::HandWound) => Movement::Automatic,
        (Style::Moonphase, Movement::Solar) => Movement::Quartz,
        _ => drawn,
    }
}

fn material(rng: &mut Rng, house: &House, style: Style) -> Material {
    let drawn = rng.pick(house.materials);
    let is_tool = matches!(style, Style::Dive | Style::Field | Style::Pilot);
    if is_tool && matches!(drawn, Material::Gilt | Material::Gold | Material::RoseGold) {
        Material::Steel
    } else {
        drawn
    }
}

fn diameter_mm(rng: &mut Rng, house: &House, line: &Line) -> f64 {
    if line.shape == Shape::Rectangle {
        return rng.pick(&[25.0, 26.0, 27.5, 28.0, 29.0]);
    }
    let sizes: &[f64] = match line.style {
        Style::Dive => &[39.0, 40.0, 41.0, 42.0, 44.0],
        Style::Dress => &[36.0, 37.0, 38.0, 38.5, 39.0],
        Style::Field => &[36.0, 37.0, 38.0, 39.0, 40.0],
        Style::Chronograph => &[39.0, 40.0, 41.0, 42.0],
        Style::Pilot => &[40.0, 41.0, 42.0, 43.0],
        Style::Travel => &[39.0, 40.0, 41.0, 42.0],
        Style::Everyday => &[36.0, 37.0, 38.0, 39.0, 40.0],
        Style::Moonphase => &[37.0, 38.0, 39.0, 40.0],
    };
    let drawn = rng.pick(sizes);
    if house.slug == "alder-and-sund" { drawn - 5.0 } else { drawn }
}

/// Straps and dials on offer, two to six combinations of them.
fn options(rng: &mut Rng, house: &House, style: Style) -> (Vec<Strap>, Vec<Colour>) {
    let (straps, dials) = rng.pick(&[(2, 2), (2, 2), (2, 2), (2, 3), (3, 2), (1, 3), (2, 1), (3, 1), (1, 2)]);
    let fitting: Vec<Strap> = house.straps.iter().copied().filter(|strap| fits(*strap, style)).collect();
    let mut chosen: Vec<Strap> = Vec::new();
    for strap in rng.sample(&fitting, fitting.len()) {
        if chosen.len() < straps && !chosen.contains(&strap) {
            chosen.push(strap);
        }
    }
    let mut colours: Vec<Colour> = Vec::new();
    for colour in rng.sample(house.colours, house.colours.len()) {
        if colours.len() < dials && !colours.contains(&colour) {
            colours.push(colour);
        }
    }
    if chosen.len() < 2 && colours.len() < 2 {
        // A house short of straps for this style offers one more dial instead.
        colours.extend(house.colours.iter().copied().find(|colour| !colours.contains(colour)));
    }
    (chosen, colours)
}

/// Nobody puts alligator on a diver.
fn fits(strap: Strap, style: Style) -> bool {
    match style {
        Style::Dive => !strap.is_leather() && strap != Strap::Cork,
        Style::Dress | Style::Moonphase => {
            !matches!(strap, Strap::Nato | Strap::Rubber | Strap::Canvas | Strap::Sailcloth)
        }
        _ => true,
    }
}

fn water_m(rng: &mut Rng, line: &Line) -> u32 {
    match (line.style, line.name) {
        (_, "Fathom" | "Bulwark") => 600,
        (Style::Dive, "Bølge" | "Maas" | "Barsaat" | "Cut") => 200,
        (Style::Dive, _) => rng.pick(&[200, 300, 300]),
        (Style::Dress | Style::Moonphase, _) => rng.pick(&[30, 50]),
        (Style::Field | Style::Travel, _) => rng.pick(&[100, 100, 200]),
        _ => rng.pick(&[50, 100, 100]),
    }
}

fn glass(rng: &mut Rng, house: &House, style: Style) -> Glass {
    match house.slug {
        "caminho" => rng.pick(&[Glass::Acrylic, Glass::DomedSapphire]),
        "alder-and-sund" => Glass::Mineral,
        "kade" | "sitara-works" => rng.pick(&[Glass::Mineral, Glass::Sapphire]),
        _ if matches!(style, Style::Dress | Style::Chronograph | Style::Moonphase) => {
            rng.pick(&[Glass::DomedSapphire, Glass::Sapphire])
        }
        _ => rng.pick(&[Glass::Sapphire, Glass::Sapphire, Glass::DomedSapphire]),
    }
}

fn reserve(rng: &mut Rng, house: &House, movement: Movement) -> Reserve {
    match movement {
        Movement::Automatic if house.typical_eur > 1_200.0 => Reserve::Hours(rng.pick(&[60, 68, 70, 72, 80])),
        Movement::Automatic => Reserve::Hours(rng.pick(&[38, 40, 41, 42, 50])),
        Movement::HandWound if house.typical_eur > 5_000.0 => rng
            .pick(&[Some(Reserve::Hours(96)), Some(Reserve::Days(8)), Some(Reserve::Hours(72))])
            .unwrap_or(Reserve::Hours(72)),
        Movement::HandWound => Reserve::Hours(rng.pick(&[42, 46, 48, 53, 56, 70])),
        Movement::Quartz => Reserve::Years(rng.pick(&[2, 3, 4, 5])),
        Movement::Solar => Reserve::Months(rng.pick(&[6, 8, 10])),
    }
}

fn thickness_mm(rng: &mut Rng, style: Style, movement: Movement, water_m: u32) -> f64 {
    let movement = match movement {
        Movement::Automatic => 10.4,
        Movement::HandWound => 8.8,
        Movement::Quartz | Movement::Solar => 7.9,
    };
    let style = match style {
        Style::Chronograph => 2.4,
        Style::Dive | Style::Travel => 1.1,
        Style::Dress => -0.9,
        _ => 0.0,
    };
    let depth = if water_m >= 600 { 2.6 } else { 0.0 };
    movement + style + depth + rng.pick(&[-0.3, -0.1, 0.0, 0.2, 0.4])
}

#[expect(clippy::too_many_arguments, reason = "the look follows from nearly every fact")]
fn look(
    rng: &mut Rng,
    house: &House,
    line: &Line,
    movement: Movement,
    material: Material,
    diameter_mm: f64,
    dials: &[Colour],
    straps: &[Strap],
) -> Look {
    let style = line.style;
    let dial = dials.first().copied().unwrap_or_default();
    let strap = straps.first().copied().unwrap_or_default();
    let registers = registers(rng, line, movement);
    let indices = indices(rng, line);
    let accent = accent(rng, dial, style, line.name);
    let central_seconds = match (style, registers) {
        (_, Registers::SmallSeconds | Registers::Reserve) => registers == Registers::Reserve,
        (Style::Dress, _) => rng.chance(25) && line.name != "Minuit",
        (Style::Moonphase, _) => rng.chance(30),
        _ => true,
    };
    Look {
        shape: line.shape,
        material,
        diameter_mm: if line.shape == Shape::Rectangle { 41.0 } else { diameter_mm.max(35.0) },
        dial,
        texture: texture(rng, house, line),
        indices,
        hands: hands(rng, style),
        bezel: bezel(rng, line),
        registers,
        date_at: date_at(rng, line, registers),
        central_seconds,
        second_zone: style == Style::Travel,
        contrast_registers: rng.chance(45),
        strap,
        strap_colour: strap_colour(rng, strap, dial),
        accent,
        bezel_colour: bezel_colour(rng, dial, material, style),
        ground: rng
            .pick(&["#e7e0d4", "#dbe3e8", "#e0e5d9", "#ebe0db", "#dfdfe4", "#e4dfe9", "#d9e5e2", "#e9e6dc"]),
        signature: house.name,
    }
}

fn registers(rng: &mut Rng, line: &Line, movement: Movement) -> Registers {
    match line.style {
        Style::Chronograph => rng.pick(&[Registers::Two, Registers::Three, Registers::Three]),
        Style::Moonphase => Registers::Moon,
        Style::Dress if line.name == "Minuit" => Registers::None,
        Style::Dress => rng.pick(&[Registers::None, Registers::SmallSeconds, Registers::SmallSeconds]),
        Style::Everyday if movement.is_mechanical() && line.shape != Shape::Rectangle => rng.pick(&[
            Registers::None,
            Registers::None,
            Registers::None,
            Registers::SmallSeconds,
            Registers::Reserve,
        ]),
        Style::Field => {
            rng.pick(&[Registers::None, Registers::None, Registers::None, Registers::SmallSeconds])
        }
        _ => Registers::None,
    }
}

fn indices(rng: &mut Rng, line: &Line) -> Indices {
    if line.shape == Shape::Rectangle {
        return rng.pick(&[Indices::Roman, Indices::Script, Indices::Quarters, Indices::Arabic]);
    }
    match line.style {
        Style::Dive => {
            rng.pick(&[Indices::Dots, Indices::Dots, Indices::Batons, Indices::DoubleBatons, Indices::Wedges])
        }
        Style::Dress => rng.pick(&[
            Indices::Roman,
            Indices::Fine,
            Indices::Wedges,
            Indices::Script,
            Indices::Diamonds,
            Indices::Batons,
        ]),
        Style::Field => rng.pick(&[Indices::Arabic, Indices::Arabic, Indices::Quarters]),
        Style::Chronograph => {
            rng.pick(&[Indices::Batons, Indices::DoubleBatons, Indices::Wedges, Indices::Arabic])
        }
        Style::Pilot => Indices::Pilot,
        Style::Travel => rng.pick(&[Indices::Batons, Indices::Dots, Indices::Wedges, Indices::DoubleBatons]),
        Style::Everyday => rng.pick(&[
            Indices::Batons,
            Indices::Fine,
            Indices::Quarters,
            Indices::Wedges,
            Indices::DoubleBatons,
        ]),
        Style::Moonphase => {
            rng.pick(&[Indices::Roman, Indices::Script, Indices::Wedges, Indices::Diamonds, Indices::Fine])
        }
    }
}

fn hands(rng: &mut Rng, style: Style) -> Hands {
    match style {
        Style::Dive => rng.pick(&[Hands::Sword, Hands::Pencil, Hands::Syringe, Hands::Baton]),
        Style::Dress => rng.pick(&[Hands::Leaf, Hands::Dauphine, Hands::Pomme, Hands::Baton]),
        Style::Field => rng.pick(&[Hands::Cathedral, Hands::Syringe, Hands::Pencil, Hands::Sword]),
        Style::Chronograph => rng.pick(&[Hands::Baton, Hands::Pencil, Hands::Dauphine]),
        Style::Pilot => rng.pick(&[Hands::Sword, Hands::Cathedral, Hands::Syringe]),
        Style::Travel => rng.pick(&[Hands::Baton, Hands::Sword, Hands::Pencil]),
        Style::Everyday => rng.pick(&[Hands::Baton, Hands::Dauphine, Hands::Pencil, Hands::Sword]),
        Style::Moonphase => rng.pick(&[Hands::Leaf, Hands::Pomme, Hands::Dauphine]),
    }
}

fn bezel(rng: &mut Rng, line: &Line) -> Bezel {
    match line.style {
        Style::Dive => Bezel::Diver,
        Style::Travel => Bezel::DayNight,
        Style::Chronograph if line.name == "Mille" => Bezel::Tachymeter,
        Style::Chronograph => {
            rng.pick(&[Bezel::Tachymeter, Bezel::Tachymeter, Bezel::Polished, Bezel::Stepped])
        }
        Style::Dress | Style::Moonphase => {
            rng.pick(&[Bezel::Polished, Bezel::Polished, Bezel::Stepped, Bezel::Coin])
        }
        Style::Field => rng.pick(&[Bezel::Brushed, Bezel::Polished, Bezel::Brushed, Bezel::Compass]),
        Style::Pilot => rng.pick(&[Bezel::Brushed, Bezel::Coin, Bezel::Polished]),
        Style::Everyday => rng.pick(&[Bezel::Polished, Bezel::Brushed, Bezel::Stepped]),
    }
}

fn texture(rng: &mut Rng, house: &House, line: &Line) -> Texture {
    match line.name {
        "Nakshatra" => Texture::Stars,
        "Rangoli" => Texture::Guilloche,
        "Yukimichi" => Texture::Snow,
        "Émaux" => Texture::Enamel,
        "Raster" => Texture::Checks,
        _ if matches!(line.style, Style::Pilot | Style::Field) => {
            rng.pick(&[Texture::Matte, Texture::Matte, Texture::Fume])
        }
        _ => rng.pick(house.textures),
    }
}

fn date_at(rng: &mut Rng, line: &Line, registers: Registers) -> Option<u8> {
    let wanted = match line.style {
        Style::Dive | Style::Everyday | Style::Travel => 60,
        Style::Field | Style::Pilot => 25,
        Style::Dress => 15,
        Style::Chronograph | Style::Moonphase => 0,
    };
    let free_at_six = registers == Registers::None && line.shape != Shape::Rectangle;
    if !rng.chance(wanted) || line.shape == Shape::Rectangle {
        None
    } else if free_at_six && rng.chance(30) {
        Some(6)
    } else {
        Some(3)
    }
}

fn accent(rng: &mut Rng, dial: Colour, style: Style, line: &str) -> &'static str {
    if line == "Lookout" {
        return if dial == Colour::Orange { "#8f1f18" } else { "#d2342a" };
    }
    if style == Style::Travel {
        return match dial {
            Colour::Burgundy | Colour::Red | Colour::Salmon => rng.pick(&["#d9dcdf", "#e0b44a"]),
            Colour::Navy | Colour::Petrol | Colour::Sky | Colour::Turquoise => {
                rng.pick(&["#c8382d", "#e07a2a", "#d9b13c"])
            }
            _ => rng.pick(&["#b8322b", "#2f6db5", "#c98a2e", "#2f7d5b", "#e07a2a"]),
        };
    }
    match dial {
        Colour::Orange | Colour::Saffron | Colour::Red => rng.pick(&["#1f2328", "#ffffff"]),
        Colour::White | Colour::Silver | Colour::Cream | Colour::Sand | Colour::Ice => {
            rng.pick(&["#c8352c", "#2456a6", "#e06a1e", "#1f2328", "#2f7d5b"])
        }
        Colour::Sky | Colour::Turquoise | Colour::Lilac | Colour::Salmon => {
            rng.pick(&["#a6281f", "#20304f", "#ffffff"])
        }
        _ if style == Style::Dress => rng.pick(&["#f1e9d6", "#d9b765"]),
        _ => rng.pick(&["#ef7d2b", "#e0443a", "#f0c02e", "#f6f3ea", "#8fd0e8"]),
    }
}

fn strap_colour(rng: &mut Rng, strap: Strap, dial: Colour) -> &'static str {
    let cool = matches!(
        dial,
        Colour::Navy | Colour::Sky | Colour::Ice | Colour::Petrol | Colour::Grey | Colour::Silver
    );
    match strap {
        Strap::Cork => "#c69b69",
        Strap::Rubber => match dial {
            Colour::Orange => rng.pick(&["#d8691f", "#24272a"]),
            Colour::Olive | Colour::Forest => rng.pick(&["#3f4a37", "#24272a"]),
            Colour::Navy | Colour::Petrol | Colour::Sky | Colour::Turquoise => {
                rng.pick(&["#1f3456", "#1c4a54", "#24272a"])
            }
            _ => rng.pick(&["#24272a", "#24272a", "#4b4f54"]),
        },
        Strap::Canvas | Strap::Nato => rng.pick(&["#5d6243", "#a3946c", "#55595e", "#27374f", "#2a2c2f"]),
        Strap::Sailcloth => rng.pick(&["#2b2e32", "#27374f", "#5c6166"]),
        Strap::Suede => rng.pick(&["#9b7a55", "#7d6a58", "#6e7378", "#4a5b4d", "#8a5a3c"]),
        Strap::Alligator => rng.pick(&["#2a211d", "#5b3521", "#1f2b44", "#53202a", "#2f3c33"]),
        _ if cool => rng.pick(&["#2b2622", "#27344c", "#8d5a33", "#6d7075"]),
        _ => rng.pick(&["#2b2622", "#6d4529", "#a8703d", "#8a4e27", "#5a2a26"]),
    }
}

fn bezel_colour(rng: &mut Rng, dial: Colour, material: Material, style: Style) -> &'static str {
    let own = match dial {
        Colour::Navy | Colour::Sky | Colour::Ice => "#182b50",
        Colour::Petrol | Colour::Turquoise => "#0f3a44",
        Colour::Forest | Colour::Olive => "#1d3a2a",
        Colour::Burgundy | Colour::Red => "#4a121e",
        Colour::Chestnut | Colour::Sand | Colour::Cream => "#3a261a",
        Colour::Orange => "#c4601a",
        Colour::Saffron => "#c8932a",
        _ => "#1b1d20",
    };
    if style == Style::Chronograph && !material.is_dark() && rng.chance(30) {
        return material.sheen().body;
    }
    if rng.chance(55) { own } else { rng.pick(&["#1b1d20", "#1b1d20", "#22262b", "#1d2f4d", "#4d5359"]) }
}
