//! What there is to say about a case, its glass, and wearing it.

use super::millimetres;
use crate::seed::{
    parts::{Glass, Material, Shape, Strap, Style},
    watches::Watch,
};

pub fn candidates(watch: &Watch) -> Vec<String> {
    let size = millimetres(watch.diameter_mm);
    let thick = millimetres(watch.thickness_mm);
    let lugs = watch.lug_width_mm;
    let mut said: Vec<String> = Vec::new();
    match watch.material {
        Material::Steel => said.extend([
            format!("The case is {size} of steel, {thick} thick with the glass."),
            format!("In steel, at {size}, it has a good weight without getting in the way."),
            "The case is brushed along the sides and polished on the edges, so that scratches find company.".to_owned(),
            format!("The steel case is {size} wide and turned from one piece, lugs included."),
        ]),
        Material::Titanium => said.extend([
            format!("At {size} in titanium you stop noticing it by the second day."),
            "Titanium keeps it light and warm on a winter morning.".to_owned(),
        ]),
        Material::Bronze => said.extend([
            "The bronze arrives bright and will be brown by autumn, sooner if you swim.".to_owned(),
            "Bronze ages with whatever you do; the back is steel, so your wrist stays its own colour.".to_owned(),
        ]),
        Material::Gilt => said.push("The gold is a thick plating over steel, laid on before the last brushing so that the edges stay warm.".to_owned()),
        Material::Gold | Material::RoseGold => said.extend([
            format!("The case is 18-carat gold, {size} across, and heavier in the hand than it looks."),
            "The gold is hallmarked between the lugs, where only you will see it.".to_owned(),
        ]),
        Material::BlackSteel => said.push("The black is a hard carbon coating over steel, and does not rub off at the lugs.".to_owned()),
        Material::Carbon => said.push("Forged carbon means that no two cases share a pattern, and that you will forget you have it on.".to_owned()),
        Material::Ceramic => said.push("Ceramic does not scratch on door frames, which is where most watches meet their end.".to_owned()),
    }
    if watch.line.shape == Shape::Rectangle {
        said.push(format!(
            "It is {size} wide and a good deal taller, and lies along the wrist rather than on top of it."
        ));
        said.push(format!("The back is curved a little, so that at {thick} it hugs the wrist."));
        return said;
    }
    if watch.thickness_mm < 9.6 {
        said.push(format!("It is {thick} thin, and slides under a shirt cuff without being asked."));
        said.push(format!("At {size} across and {thick} thick it disappears when you want it to."));
    } else if watch.thickness_mm > 12.5 {
        said.push(format!("At {thick} it is not thin, but the case is shaped so that half of that sits below the wrist bone."));
    } else {
        said.extend([
            format!(
                "It is {thick} thick, {lugs} mm between the lugs, and sits lower than the numbers suggest."
            ),
            format!("With {thick} from glass to back it is neither thin nor in the way."),
        ]);
    }
    match watch.diameter_mm {
        ..=36.0 => said.extend([
            format!("{size} sounds small until you put it on."),
            format!("At {size} it can be handed round the family."),
        ]),
        ..=38.5 => said.extend([
            format!("{size} is the size that most people end up with after trying the others."),
            format!("At {size} it suits more wrists than it does not."),
            format!("The case is {size} across, as most were before watches began to grow."),
        ]),
        ..=41.0 => said.extend([
            format!("Short lugs let its {size} sit well on a wrist of sixteen centimetres."),
            format!("It measures {size} and reads like a size less, since the bezel takes its share."),
            format!("{size} across leaves room for the dial and for your cuff."),
        ]),
        _ => said.extend([
            format!(
                "It is a large watch, {size}, and does not apologise, though short lugs keep it in place."
            ),
            format!("At {size} there is no question who is wearing it."),
        ]),
    }
    for strap in &watch.straps {
        match strap {
            Strap::Bracelet => said.extend([
                "The bracelet has screwed links and a clasp that can be let out on a hot day.".to_owned(),
                format!(
                    "The bracelet narrows from {lugs} mm to the clasp, and so does not feel like a tool."
                ),
            ]),
            Strap::Mesh => said
                .push("The mesh closes at any length, so it fits in July as well as in January.".to_owned()),
            Strap::Rubber => said.push("The rubber is the soft kind that does not pull hairs.".to_owned()),
            Strap::Canvas => said.push("The canvas strap gets better with washing.".to_owned()),
            Strap::Nato => said.push("On woven nylon it survives a broken spring bar.".to_owned()),
            Strap::Suede => said.push("The suede strap needs no breaking in.".to_owned()),
            Strap::Cork => said.push("The cork strap weighs nothing and does not mind the rain.".to_owned()),
            Strap::Sailcloth => {
                said.push("Sailcloth over rubber means you can swim in it and then go to dinner.".to_owned())
            }
            Strap::Rally => said.push("The punched strap lets the wrist breathe on long drives.".to_owned()),
            Strap::Rivet => {
                said.push("The riveted strap is stiff for a week and yours for years.".to_owned())
            }
            Strap::Alligator => said.push(
                "The alligator strap is matte and lined with calf, so it does not look like a gift."
                    .to_owned(),
            ),
            Strap::Calf => said.extend([
                format!("The strap is plain calf, {lugs} mm at the lugs, and easily swapped."),
                "The calf strap darkens where you touch it, and looks the better for it.".to_owned(),
            ]),
        }
    }
    said
}

pub fn water_and_glass(watch: &Watch) -> Vec<String> {
    let mut said: Vec<&str> = Vec::new();
    match watch.glass {
        Glass::Sapphire => said.extend([
            "The sapphire is coated on the inside only, where the coating cannot wear off.",
            "The glass is flat sapphire, set just below the rim so that door handles miss it.",
            "Sapphire on top, screws underneath, and nothing in between that needs you.",
            "The crystal is sapphire and does not fog when you come in from the cold.",
            "Keys and coins do nothing to the sapphire; the case is on its own.",
        ]),
        Glass::DomedSapphire => said.extend([
            "The domed sapphire bends the rim of the dial a little when you tilt it.",
            "The sapphire is domed like an old acrylic, and unlike one it stays clear.",
            "A low dome of sapphire gives the dial a little distance, like a picture behind glass.",
            "The box-shaped sapphire stands proud of the case and catches the window frames.",
        ]),
        Glass::Mineral => said.extend([
            "The glass is hardened mineral; it marks sooner than sapphire and costs a tenth to replace.",
            "Hardened mineral glass covers the dial, and a new one is cheap should you ever need it.",
            "Mineral glass, hardened: it would rather bend a little than break.",
        ]),
        Glass::Acrylic => said.extend([
            "The acrylic glass will scratch, and five minutes with toothpaste will unscratch it.",
            "Acrylic gives it the soft look of the originals, and a tap on the table does no harm.",
        ]),
    }
    match (watch.water_m, watch.line.style) {
        (30, _) => said.extend([
            "Rain and washing up are fine, but leave it on the towel when you swim.",
            "At 30 m it is proof against weather and not against diving boards.",
        ]),
        (50, _) => said.extend([
            "Rated to 50 m, which in practice means showers and hotel pools.",
            "Fifty metres of water resistance forgives the dishes, the dog and the occasional pool.",
        ]),
        (100, _) => said.extend([
            "A hundred metres of water resistance covers everything that does not need a tank.",
            "It may be worn swimming, sailing and under the garden hose: 100 m.",
            "Sealed to 100 m, it has no opinion about weather.",
        ]),
        (200, Style::Dive) => {
            said.push("It is good for 200 m, a figure that you will never test and will be glad of.")
        }
        (200, _) => said.push("It is sealed to 200 m, which is more than its looks let on."),
        (300, _) => said.extend([
            "A screwed crown and a thick back take it to 300 m.",
            "The crown screws down on two gaskets, and the whole is tested to 300 m.",
        ]),
        (_, _) => said.push("It is rated to 600 m, about 560 more than you are insured for."),
    }
    said.into_iter().map(str::to_owned).collect()
}
