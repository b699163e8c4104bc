//! Descriptions of what lies beside the watches.

use super::{number, series};
use crate::seed::{accessories::Piece, rng::Rng};

/// Describes an accessory: what it is, something about how it is made, and what to choose.
pub fn describe(piece: &Piece, mark: usize, rng: &mut Rng) -> String {
    let mut sentences = vec![rng.pick(&piece.about).to_owned()];
    if piece.widths_mm.is_empty() {
        sentences.push(made_of(piece, rng));
        if piece.category == "care-and-storage" && piece.places > 1 {
            let places = number(piece.places.into());
            sentences.push(format!("There is room for {places} watches up to 46 mm."));
        }
    } else if piece.category == "metal-bracelets" {
        sentences.push(bracelet(piece, rng));
    } else {
        sentences.push(
            rng.pick(&[
                "It comes with two curved spring bars and a tool small enough to lose.",
                "The ends are cut straight and fit any watch with ordinary lugs.",
                "Quick-release bars are fitted, so it changes in half a minute at a kitchen table.",
                "The buckle is polished by hand and can be moved to your next strap.",
            ])
            .to_owned(),
        );
        sentences.push(strap(piece, rng));
    }
    if mark > 0 {
        sentences.push(format!(
            "It is the Mk {} of its kind, which mostly means better stitching and a better box.",
            mark.saturating_add(1)
        ));
    }
    sentences.join(" ")
}

fn colours(piece: &Piece) -> String {
    series(&piece.colours.iter().map(|colour| colour.to_lowercase()).collect::<Vec<_>>(), "or")
}

fn widths(piece: &Piece) -> String {
    series(&piece.widths_mm.iter().map(u8::to_string).collect::<Vec<_>>(), "and")
}

fn strap(piece: &Piece, rng: &mut Rng) -> String {
    let length = rng.pick(&["115 and 75 mm", "120 and 80 mm", "125 and 75 mm"]);
    let (name, colours, widths) = (&piece.name, colours(piece), widths(piece));
    match rng.below(5) {
        0 => format!(
            "The {name} is made for lugs of {widths} mm, in {colours}; its two halves are {length} long."
        ),
        1 => format!(
            "{} cuts the {name} {length} long, which suits wrists from 16 to 20 cm.",
            piece.maker.name
        ),
        2 => format!(
            "Order the {name} at {widths} mm, in {colours}; measure between the lugs, not across the old strap."
        ),
        3 => format!(
            "The {name} comes in {colours}, {widths} mm at the lugs and {} grams on the scale.",
            piece.grams.round()
        ),
        _ => format!(
            "Of our straps the {name} is the one to try first in {colours}; it tapers by two millimetres."
        ),
    }
}

fn bracelet(piece: &Piece, rng: &mut Rng) -> String {
    let (name, widths, colours) = (&piece.name, widths(piece), colours(piece));
    match rng.below(3) {
        0 => format!("The {name} has straight ends for lugs of {widths} mm, and comes in {colours}."),
        1 => format!("The {name} is 185 mm long as delivered, and can be shortened with what is in the box."),
        _ => format!("In {colours}, the {name} weighs {} grams at full length.", piece.grams.round()),
    }
}

fn made_of(piece: &Piece, rng: &mut Rng) -> String {
    let (name, colours, material) = (&piece.name, colours(piece), piece.material.to_lowercase());
    match rng.below(4) {
        0 => format!("The {name} is made of {material} and offered in {colours}."),
        1 => format!("The {name} weighs {} grams and comes in {colours}.", piece.grams.round()),
        2 => format!("Have the {name} in {colours}; wipe it with a dry cloth and leave it at that."),
        _ => format!("In {material} and a choice of {colours}, the {name} is meant to be used, not kept."),
    }
}
