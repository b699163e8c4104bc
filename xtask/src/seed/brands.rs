//! The invented watch houses of the sample shop: what each makes, of what, for how much, and how one would talk about it.
//!
//! Every name here is made up. A house has [`LINES`] model lines, and a model of a line is told apart by one of the house's
//! [`QUALIFIERS`] words.

mod north;
mod overseas;
mod south;

use super::parts::{Colour, Material, Movement, Shape, Strap, Style, Texture};

/// Model lines a house has.
pub const LINES: usize = 6;
/// Words a house tells the models of a line apart by, and so the most models a line has.
pub const QUALIFIERS: usize = 20;
/// Houses that make watches.
pub const HOUSES: usize = 15;

/// Where a house is at home: it asks a little less there, as houses do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Home {
    Eurozone,
    Britain,
    America,
    Japan,
    Elsewhere,
}

/// A watch house.
pub struct House {
    pub slug: &'static str,
    pub name: &'static str,
    /// Begins every SKU of the house.
    pub code: &'static str,
    pub home: Home,
    /// What a plain steel watch of the house costs, in euros.
    pub typical_eur: f64,
    /// Movements, materials, straps and dial colours it likes; one named twice is twice as likely.
    pub movements: &'static [Movement],
    pub materials: &'static [Material],
    pub straps: &'static [Strap],
    pub colours: &'static [Colour],
    pub textures: &'static [Texture],
    pub lines: [Line; LINES],
    pub qualifiers: [&'static str; QUALIFIERS],
    /// What one would say of the house itself.
    pub remarks: &'static [&'static str],
}

/// One family of a house's watches.
pub struct Line {
    pub name: &'static str,
    pub style: Style,
    pub shape: Shape,
    /// What the line is for: true of each of its watches.
    pub about: &'static str,
}

const fn line(name: &'static str, style: Style, shape: Shape, about: &'static str) -> Line {
    Line { name, style, shape, about }
}

/// All watch houses, in the order they joined the shop.
pub static ALL: [&House; HOUSES] = [
    &north::SKARHOLM,
    &north::HOLLIS_AND_WREN,
    &overseas::TSUKIHARA,
    &south::MAISON_AUBRELLE,
    &overseas::BITTERROOT,
    &south::VELLA_CORSA,
    &north::OSTERMOOR,
    &overseas::FAREWELL_BAY,
    &north::KESTREL_AND_VANE,
    &overseas::SITARA_WORKS,
    &north::KADE,
    &overseas::REDOUBT,
    &north::ALDER_AND_SUND,
    &south::ATELIERS_SAUVIGNY,
    &south::CAMINHO,
];

/// The house and line of the `number`th model, and which model of that line it is. Neighbouring numbers are of different
/// houses, and a line's models are spread over all numbers.
pub fn line_of(number: usize) -> (&'static House, &'static Line, &'static str) {
    let house = ALL.get(number % HOUSES).copied().unwrap_or(ALL[0]);
    // 7 shares no factor with the 6 lines, so each house goes through all its lines before it comes back to the first.
    let round = number / HOUSES;
    let at = (round.wrapping_mul(7).wrapping_add(number % HOUSES)) % LINES;
    let line = house.lines.get(at).unwrap_or(&house.lines[0]);
    let model = round / LINES;
    let word = model.wrapping_add(at.wrapping_mul(7)) % QUALIFIERS;
    (house, line, house.qualifiers.get(word).copied().unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_models_share_a_name() {
        let names: HashSet<String> = (0..HOUSES * LINES * QUALIFIERS)
            .map(|number| {
                let (house, line, word) = line_of(number);
                format!("{} {} {word}", house.slug, line.name)
            })
            .collect();
        assert_eq!(names.len(), HOUSES * LINES * QUALIFIERS);
    }

    #[test]
    fn houses_are_told_apart_by_slug_and_code_and_have_what_they_need() {
        let slugs: HashSet<_> = ALL.iter().map(|house| house.slug).collect();
        let codes: HashSet<_> = ALL.iter().map(|house| house.code).collect();
        assert_eq!((slugs.len(), codes.len()), (HOUSES, HOUSES));
        for house in ALL {
            assert!(house.colours.len() >= 4 && house.straps.len() >= 3, "{}", house.name);
            assert!(!house.movements.is_empty() && !house.materials.is_empty() && house.remarks.len() >= 4);
            assert_eq!(house.qualifiers.iter().collect::<HashSet<_>>().len(), QUALIFIERS, "{}", house.name);
        }
    }
}
