//! What is sold beside the watches: straps by two makers, and rolls, boxes and tools by a third.

use super::{
    parts::{Material, Strap},
    pictures::{Accessory, Kind, mix},
    rng::Rng,
};

/// Words an accessory's models are told apart by; so many models there are of each.
pub const MODELS: usize = 10;
/// Kinds of accessory.
pub const GOODS: usize = 20;

pub struct Maker {
    pub slug: &'static str,
    pub name: &'static str,
    pub code: &'static str,
    words: [&'static str; MODELS],
}

pub static MAKERS: [Maker; 3] = [
    Maker {
        slug: "tannery-row",
        name: "Tannery Row",
        code: "TAN",
        words: [
            "Oakham",
            "Kettering",
            "Rushden",
            "Olney",
            "Thrapston",
            "Brackley",
            "Towcester",
            "Daventry",
            "Corby",
            "Raunds",
        ],
    },
    Maker {
        slug: "loom-and-tide",
        name: "Loom & Tide",
        code: "LOO",
        words: [
            "Polperro",
            "Looe",
            "Mousehole",
            "Fowey",
            "Cawsand",
            "Portloe",
            "Coverack",
            "Mullion",
            "Zennor",
            "Gorran",
        ],
    },
    Maker {
        slug: "stillbox",
        name: "Stillbox",
        code: "STB",
        words: ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"],
    },
];

/// One kind of thing, of which there are [`MODELS`].
struct Goods {
    maker: usize,
    name: &'static str,
    kind: Kind,
    category: &'static str,
    material: &'static str,
    worth_eur: f64,
    grams: f64,
    about: [&'static str; 2],
}

#[expect(clippy::too_many_arguments, reason = "a row of a table, read by its columns")]
const fn goods(
    maker: usize,
    name: &'static str,
    kind: Kind,
    category: &'static str,
    material: &'static str,
    worth_eur: f64,
    grams: f64,
    about: [&'static str; 2],
) -> Goods {
    Goods { maker, name, kind, category, material, worth_eur, grams, about }
}

static ALL: [Goods; GOODS] = [
    goods(
        0,
        "Bridle Strap",
        Kind::Strap(Strap::Calf),
        "leather-straps",
        "Bridle leather",
        68.0,
        15.0,
        [
            "Cut from bridle butts that were meant for harness, so it starts stiff and ends as yours.",
            "Waxed bridle leather with a bloom on it that wipes off in the first week.",
        ],
    ),
    goods(
        1,
        "Deck Strap",
        Kind::Strap(Strap::Nato),
        "textile-straps",
        "Recycled nylon",
        24.0,
        11.0,
        [
            "One piece of woven nylon that goes behind the watch, so a lost spring bar does not mean a lost watch.",
            "Woven close enough to dry on the wrist and fray on nobody.",
        ],
    ),
    goods(
        2,
        "Travel Case",
        Kind::Pouch,
        "care-and-storage",
        "Vegetable-tanned leather",
        79.0,
        96.0,
        [
            "A stiff pouch for one watch, with a lining that stays in place when the watch does not.",
            "It closes with a single stud and fits the inside pocket of a jacket.",
        ],
    ),
    goods(
        0,
        "Suede Strap",
        Kind::Strap(Strap::Suede),
        "leather-straps",
        "Calf suede",
        54.0,
        13.0,
        [
            "Soft from the first minute, and best kept away from rain until the second year.",
            "Suede with the nap shaved short, so that it does not shed on a white cuff.",
        ],
    ),
    goods(
        1,
        "Tide Strap",
        Kind::Strap(Strap::Rubber),
        "rubber-straps",
        "FKM rubber",
        49.0,
        26.0,
        [
            "Vulcanised rubber that does not hold sand, smell or grudges.",
            "A ribbed rubber strap that stays supple in cold water and does not collect lint.",
        ],
    ),
    goods(
        2,
        "Watch Roll",
        Kind::Roll,
        "care-and-storage",
        "Full-grain leather",
        118.0,
        310.0,
        [
            "Each watch lies on its own cushion, and the roll closes round them without the bracelets touching.",
            "Rolled up it is the size of a small loaf, and it will take a suitcase landing on it.",
        ],
    ),
    goods(
        0,
        "Alligator-Grain Strap",
        Kind::Strap(Strap::Alligator),
        "leather-straps",
        "Embossed calfskin",
        74.0,
        16.0,
        [
            "The grain is pressed into calf, and no alligator was asked.",
            "Square scales in the middle, round ones at the edge, as on the real thing but for a third of it.",
        ],
    ),
    goods(
        1,
        "Dune Strap",
        Kind::Strap(Strap::Canvas),
        "textile-straps",
        "Waxed cotton canvas",
        39.0,
        12.0,
        [
            "Waxed canvas backed with leather, so it keeps its shape and forgives a wet sleeve.",
            "The wax wears pale where the buckle sits, which is how it should look.",
        ],
    ),
    goods(
        2,
        "Winder",
        Kind::Winder,
        "care-and-storage",
        "Lacquered ash",
        189.0,
        1_450.0,
        [
            "It turns six hundred and fifty times a day in either direction, and you cannot hear it from the pillow.",
            "A quiet home for an automatic on its days off, run from the mains or from two cells.",
        ],
    ),
    goods(
        0,
        "Rally Strap",
        Kind::Strap(Strap::Rally),
        "leather-straps",
        "Perforated calfskin",
        62.0,
        14.0,
        [
            "Three rows of punched holes let air through, and the lining is cut to match.",
            "Made for a warm steering wheel; it suits a chronograph and a short sleeve.",
        ],
    ),
    goods(
        1,
        "Mainsail Strap",
        Kind::Strap(Strap::Sailcloth),
        "textile-straps",
        "Sailcloth",
        58.0,
        14.0,
        [
            "Sailcloth over a rubber core, stitched with thread that was made for the same sail.",
            "Looks formal from across the room and dries in ten minutes.",
        ],
    ),
    goods(
        2,
        "Spring Bar Tool",
        Kind::Tool,
        "tools",
        "Hardened steel",
        29.0,
        44.0,
        [
            "A fork at one end, a pin at the other, and a handle that does not roll off the bench.",
            "The fork is ground to 0.8 mm, thin enough for a bracelet and not so thin that it bends.",
        ],
    ),
    goods(
        0,
        "Aviator Strap",
        Kind::Strap(Strap::Rivet),
        "leather-straps",
        "Oiled calfskin",
        66.0,
        18.0,
        [
            "Thick oiled leather with a riveted seam, made for cases of forty millimetres and more.",
            "The rivets are real, and hold the lug ends together should the thread ever give up.",
        ],
    ),
    goods(
        1,
        "Montado Strap",
        Kind::Strap(Strap::Cork),
        "textile-straps",
        "Cork",
        36.0,
        10.0,
        [
            "Portuguese cork on cotton: light as card, warm to the touch, and not bothered by rain.",
            "No two pieces of cork match, so yours will not match the picture either.",
        ],
    ),
    goods(
        2,
        "Collector's Box",
        Kind::Box,
        "care-and-storage",
        "Walnut",
        245.0,
        1_900.0,
        [
            "Walnut outside, loose cushions inside, and a lid you can look through.",
            "The hinge stays where you leave it, so it can be opened with one hand.",
        ],
    ),
    goods(
        2,
        "Milanese Bracelet",
        Kind::Strap(Strap::Mesh),
        "metal-bracelets",
        "Stainless steel",
        89.0,
        48.0,
        [
            "A woven bracelet with a sliding clasp, so it fits every wrist on every day.",
            "Four wires to the weave, which makes it drape like cloth.",
        ],
    ),
    goods(
        0,
        "Desk Roll",
        Kind::Roll,
        "care-and-storage",
        "Saddle leather",
        96.0,
        260.0,
        [
            "A short roll for a drawer rather than a suitcase, with the inside left undyed.",
            "Saddle leather with a wool lining; it flattens into a mat to work on.",
        ],
    ),
    goods(
        2,
        "Link Bracelet",
        Kind::Strap(Strap::Bracelet),
        "metal-bracelets",
        "Stainless steel",
        129.0,
        74.0,
        [
            "Solid links on screws, with four positions in the clasp that need no tool.",
            "Brushed above and polished at the sides, so it looks as if it came with the watch.",
        ],
    ),
    goods(
        1,
        "Harbour Strap",
        Kind::Strap(Strap::Canvas),
        "textile-straps",
        "Cotton canvas",
        32.0,
        12.0,
        [
            "Heavy cotton washed twice before it is cut, so what fits today fits after the rain.",
            "Plain canvas in colours that were matched to buoys and hulls.",
        ],
    ),
    goods(
        2,
        "Bench Tool",
        Kind::Tool,
        "tools",
        "Stainless steel",
        42.0,
        58.0,
        [
            "One handle with two ends, and a tube of spare spring bars in the three usual widths.",
            "What a watchmaker reaches for first: a fine fork, a blunt pin and good grip.",
        ],
    ),
];

/// Colours of leather, cloth and wood: the name, its paint, and a lining or thread that goes with it.
type Finish = (&'static str, &'static str, &'static str);

const LEATHER: [Finish; 7] = [
    ("Black", "#2a2725", "#cfc6b6"),
    ("Chestnut", "#6b4228", "#e2cfa8"),
    ("Tan", "#ad7642", "#f2e6cd"),
    ("Navy", "#27354f", "#d8cdb6"),
    ("Oxblood", "#5b2229", "#e0cdb0"),
    ("Racing green", "#2e4234", "#dccfae"),
    ("Stone", "#8d857a", "#f1ece1"),
];
const CLOTH: [Finish; 7] = [
    ("Black", "#2a2c2f", "#8d9297"),
    ("Navy", "#24364f", "#b33a30"),
    ("Olive", "#5d6243", "#d8cba2"),
    ("Sand", "#b3a178", "#6b5a3c"),
    ("Grey", "#6a7076", "#22252a"),
    ("Orange", "#cf6a26", "#2a2c2f"),
    ("Petrol", "#1f5560", "#dfe6e4"),
];
const CORK: [Finish; 3] =
    [("Natural", "#c69b69", "#7a5a36"), ("Dark", "#7d5636", "#d9b98c"), ("Smoked", "#a07d5c", "#efe0c4")];
const METAL: [Finish; 3] =
    [("Steel", "#aab1b8", "#d5dade"), ("Black", "#3a3d41", "#8d9297"), ("Gold tone", "#cfae68", "#efe0b4")];
const WOOD: [Finish; 4] = [
    ("Walnut", "#4d3222", "#d9c7a4"),
    ("Black lacquer", "#24211f", "#b9b2a6"),
    ("Natural ash", "#b08d5e", "#efe6d4"),
    ("Midnight blue", "#22304a", "#cfc7b8"),
];

/// An accessory as the shop sells it.
pub struct Piece {
    pub maker: &'static Maker,
    pub name: String,
    pub category: &'static str,
    pub about: [&'static str; 2],
    pub material: &'static str,
    /// The pictured one first.
    pub colours: Vec<&'static str>,
    /// Widths of a strap; empty for what has none.
    pub widths_mm: Vec<u8>,
    pub places: u8,
    pub worth_eur: f64,
    pub grams: f64,
    pub look: Accessory,
}

impl Piece {
    pub fn design(number: usize) -> Self {
        let goods = ALL.get(number % GOODS).unwrap_or(&ALL[0]);
        let maker = MAKERS.get(goods.maker).unwrap_or(&MAKERS[0]);
        let model = (number / GOODS).wrapping_add(number % GOODS) % MODELS;
        let word = maker.words.get(model).copied().unwrap_or("");
        let mut rng = Rng::new("accessory", number);
        let finishes: &[Finish] = match goods.kind {
            Kind::Strap(strap) if strap.is_metal() => &METAL,
            Kind::Strap(strap) if strap.is_leather() => &LEATHER,
            Kind::Strap(Strap::Cork) => &CORK,
            Kind::Strap(_) => &CLOTH,
            Kind::Roll | Kind::Pouch | Kind::Tool => &LEATHER,
            Kind::Winder | Kind::Box => &WOOD,
        };
        let (places, factor) = match goods.kind {
            Kind::Roll => rng.pick(&[(2, 0.85), (3, 1.0), (4, 1.2)]),
            Kind::Box => rng.pick(&[(2, 0.75), (3, 0.85), (4, 1.0), (5, 1.15)]),
            Kind::Tool => rng.pick(&[(2, 1.0), (3, 1.05), (0, 0.9)]),
            _ => (1, 1.0),
        };
        let is_strap = matches!(goods.kind, Kind::Strap(_));
        let colours = if is_strap { rng.pick(&[1, 2, 2, 3]) } else { rng.pick(&[2, 2, 3]) };
        let drawn = rng.sample(finishes, colours);
        let (_, colour, lining) = drawn.first().copied().unwrap_or(LEATHER[0]);
        let widths_mm = if is_strap {
            rng.pick::<&[u8]>(&[&[18, 20], &[20, 22], &[20, 22]]).to_vec()
        } else {
            Vec::new()
        };
        let material = if colour == "#3a3d41" {
            Material::BlackSteel
        } else {
            rng.pick(&[Material::Steel, Material::Steel, Material::Gilt])
        };
        Self {
            maker,
            name: format!("{} {word}", goods.name),
            category: goods.category,
            about: goods.about,
            material: goods.material,
            colours: drawn.iter().map(|(name, ..)| *name).collect(),
            widths_mm,
            places,
            worth_eur: goods.worth_eur * factor * (0.92 + rng.fraction() * 0.2),
            grams: goods.grams * factor,
            look: Accessory {
                kind: goods.kind,
                colour,
                lining,
                material,
                ground: ground(number % GOODS, model),
                places,
            },
        }
    }
}

/// Two models of one kind may come in the same colours; they still lie on different cloths.
fn ground(goods: usize, model: usize) -> String {
    const CLOTHS: [&str; 5] = ["#e4dac8", "#d2dde4", "#d8dfcd", "#e6d7cf", "#d8d8e0"];
    mix(CLOTHS.get(goods % CLOTHS.len()).unwrap_or(&CLOTHS[0]), "#ffffff", model as f64 * 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_pieces_of_a_maker_share_a_name() {
        let names: HashSet<String> = (0..GOODS * MODELS)
            .map(|number| {
                let piece = Piece::design(number);
                format!("{} {}", piece.maker.slug, piece.name)
            })
            .collect();
        assert_eq!(names.len(), GOODS * MODELS);
    }
}
