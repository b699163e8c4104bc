//! What there is to say about a dial and what is round it.

use crate::seed::{
    parts::{Bezel, Hands, Indices, Registers, Shape, Style, Texture},
    watches::Watch,
};

pub fn candidates(watch: &Watch) -> Vec<String> {
    let look = &watch.look;
    let mut said: Vec<&str> = Vec::new();
    let dark = !look.dial.paint().is_light;
    let costly = watch.house.typical_eur > 1_500.0;
    match look.texture {
        Texture::Sunray if dark => said.extend([
            "The dial is brushed from the middle outwards and goes nearly black when you turn it from the light.",
            "In the sun the dial opens up like the top of a drum; indoors it keeps to itself.",
        ]),
        Texture::Sunray => said.extend([
            "The dial is brushed from the middle outwards, so a bright line follows the sun round it.",
            "Tilt it and the light walks round the dial.",
        ]),
        Texture::Fume => said.extend([
            "The colour deepens towards the rim, as if seen through smoke.",
            "The dial is lightest in the middle and almost gone at the edge.",
        ]),
        Texture::Waves => said.push("Fine waves are pressed into the dial, and show up when the light is low."),
        Texture::Guilloche if costly => said.push("The pattern on the dial is cut on a rose engine and takes the better part of a morning."),
        Texture::Guilloche => said.push("The dial is struck from a die that was engraved by hand, so the pattern has depth."),
        Texture::Linen => said.push("Close up, the dial has the weave of good linen."),
        Texture::Brushed => said.push("The dial is brushed from top to bottom in one go."),
        Texture::Enamel if costly => said.push("The dial is fired enamel, so this is also the colour it will be in a hundred years."),
        Texture::Enamel => said.push("The dial is lacquered and polished until it has the depth of a glazed tile."),
        Texture::Checks => said.push("A fine grid of squares keeps the dial from glaring."),
        Texture::Snow => said.push("The surface of the dial is uneven the way that snow is, and casts the same faint shadows."),
        Texture::Stars => said.push("The points on the dial are pierced, not printed, and the light comes through from behind."),
        Texture::Matte => said.extend([
            "The dial is flat and dull, so there is nothing between you and the time.",
            "Nothing on the dial shines, which is what makes it easy to read.",
        ]),
    }
    match look.registers {
        Registers::Two => said.extend([
            "Two registers instead of three leave the dial some air.",
            "Running seconds on one side, thirty minutes on the other, nothing else.",
        ]),
        Registers::Three => said.extend([
            "Three registers take care of the seconds, thirty minutes and twelve hours.",
            "The elapsed hours are counted too, should your egg be an ostrich's.",
        ]),
        Registers::SmallSeconds => said.extend([
            "The seconds have a small dial of their own at six, where they disturb nobody.",
            "A small seconds dial tells you that it is running, and that is all it does.",
        ]),
        Registers::Reserve => said.push("The arc at six shows how much is left in the spring."),
        Registers::Moon => said.extend([
            "The moon is set once, through a dimple in the case, and then asks for a nudge every two and a half years.",
            "The moon is the right way up for the northern half of the world; say so if you live in the other.",
            "Two humps hide the moon and give it back, as they have done on clocks since the 1600s.",
        ]),
        Registers::None => {}
    }
    if look.registers != Registers::None && look.contrast_registers && watch.line.style == Style::Chronograph
    {
        said.push("The registers are set apart in colour, so you find them without looking for them.");
    }
    match look.indices {
        Indices::Roman => said.push("The Roman numerals are printed thin, with a four of four strokes, as clockmakers write it."),
        Indices::Script => said.push("The numerals lean forward a little, like good handwriting."),
        Indices::Pilot => said.extend([
            "The triangle at twelve can be found by thumb and moonlight.",
            "The numerals were drawn to be read at a glance and a half.",
        ]),
        Indices::Dots => said.push("Round plots, a bar at the quarters and a triangle on top: you know which way up it is in the dark."),
        Indices::Arabic => said.push("All twelve numerals are there, none of them cut off."),
        Indices::Diamonds => said.push("The hours are small applied lozenges, each held by two feet through the dial."),
        Indices::Wedges => said.push("The hour marks are wedges, polished on two sides and brushed on the third."),
        Indices::Fine if look.shape != Shape::Rectangle => said.push("The hours are marked by twelve hairlines, and the dial needs no more than that."),
        Indices::DoubleBatons => said.push("The quarters are marked twice, so you can tell nine from eight without counting."),
        _ => {}
    }
    match look.bezel {
        Bezel::Diver if look.shape == Shape::Round => said.extend([
            "The bezel goes round in 120 clicks, one way only, and stays where it is put.",
            "The bezel is stiff enough not to move on a sleeve and easy enough to turn with wet fingers.",
        ]),
        Bezel::DayNight if look.shape != Shape::Octagon => said.extend([
            "The two colours of the ring part day from night.",
            "Read the fourth hand against the ring and you know whether it is a decent hour to ring.",
        ]),
        Bezel::Compass if look.shape == Shape::Round => said.push("Point the hour hand at the sun, do a little arithmetic, and the ring round the dial finds you south."),
        Bezel::Coin if look.shape == Shape::Round => said.push("The notched bezel is a pleasure to turn over in the fingers, even if it does not turn."),
        Bezel::Tachymeter if look.shape != Shape::Octagon => said.push("Over a measured kilometre, the scale on the rim reads off your speed."),
        _ => {}
    }
    match look.hands {
        Hands::Sword | Hands::Syringe | Hands::Pencil if watch.line.style != Style::Dress => {
            said.extend([
                "The hands are broad, of clearly different lengths, and full of lume.",
                "Hands and hours glow in the same green, and long enough to be of use at four in the morning.",
            ]);
        }
        Hands::Leaf => said.push(
            "Leaf-shaped hands reach exactly as far as they should: one to the hours, one to the minutes.",
        ),
        Hands::Dauphine => {
            said.push("The hands are faceted lengthwise, so that one half of each is always bright.")
        }
        Hands::Pomme => said.push("The hollow moons near the tips of the hands are cut by hand."),
        _ => {}
    }
    match look.date_at {
        Some(6) => said.push("There is a date at six, where it leaves the dial symmetrical."),
        Some(_) => {
            said.push("The date is at three, in a window that was cut to the width of the widest day.")
        }
        None if watch.line.style == Style::Everyday => {
            said.push("There is no date, so there is nothing to put right on the first of March.")
        }
        None => {}
    }
    said.into_iter().map(str::to_owned).collect()
}
