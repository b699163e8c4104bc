//! Descriptions: two to four sentences about one thing, each true of it.
//!
//! A sentence is only a candidate where its fact holds, and each of a description's sentences speaks of something else: what it
//! is for, what is inside, how it wears, what the dial does, who made it.

mod accessory;
mod dial;
mod wear;

pub use accessory::describe as accessory;

use super::{
    parts::{Material, Movement, Registers, Strap, Style},
    rng::Rng,
    watches::{Reserve, Watch},
};

/// Describes a watch. The line's first model is introduced with the line, the others by what sets them apart.
pub fn watch(watch: &Watch, is_first: bool, mark: usize, rng: &mut Rng) -> String {
    let (opening, speaks_of_case) =
        if is_first { (watch.line.about.to_owned(), false) } else { variation(watch, rng) };
    let mut middle = vec![choose(dial::candidates(watch), rng), choose(inside(watch), rng)];
    if !speaks_of_case {
        middle.push(choose(wear::candidates(watch), rng));
    }
    middle.push(choose(wear::water_and_glass(watch), rng));
    let wanted = if rng.chance(25) { 1 } else { 2 };
    let mut sentences = vec![opening];
    sentences.extend(
        rng.sample(&(0..middle.len()).collect::<Vec<_>>(), wanted)
            .into_iter()
            .filter_map(|at| middle.get(at).cloned()),
    );
    let remark = rng.pick(watch.house.remarks).to_owned();
    match rng.below(10) {
        0..=2 => sentences.push(remark),
        3 | 4 => sentences.insert(1, remark),
        5 => sentences.push(options(watch)),
        6 if !is_first => sentences.push(watch.line.about.to_owned()),
        _ => {}
    }
    if mark > 0 {
        sentences.push(improvement(mark, rng));
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.join(" ")
}

/// What a later mark has that the one before it had not.
fn improvement(mark: usize, rng: &mut Rng) -> String {
    let number = mark.saturating_add(1);
    match rng.below(8) {
        0 => format!("For the Mk {number} the crown was made a little larger."),
        1 => format!("The Mk {number} has new gaskets and the same drawing."),
        2 => format!("Mk {number}: the lume is a shade whiter, and everything else is as it was."),
        3 => format!("The Mk {number} came about after the first thousand service reports were read."),
        4 => format!("With the Mk {number} the lugs were shortened by half a millimetre."),
        5 => format!("Owners of the mark before will know the Mk {number} by its quieter clasp."),
        6 => format!("The Mk {number} keeps the case and changes what was printed on the dial."),
        _ => format!("In the Mk {number} the movement is held by three screws instead of two."),
    }
}

fn choose(candidates: Vec<String>, rng: &mut Rng) -> String {
    let at = rng.below(candidates.len());
    candidates.into_iter().nth(at).unwrap_or_default()
}

/// `a`, `a or b`, `a, b or c`.
fn series(words: &[String], joined_by: &str) -> String {
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {joined_by} {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Small numbers in words, as in running text.
fn number(value: u32) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    usize::try_from(value)
        .ok()
        .and_then(|at| WORDS.get(at))
        .map_or_else(|| value.to_string(), |word| (*word).to_owned())
}

/// `a navy`, `an orange`.
fn with_article(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {word}")
}

/// `39 mm`, `38.5 mm`.
pub fn millimetres(value: f64) -> String {
    format!("{} mm", (value * 10.0).round() / 10.0)
}

/// How a later model of a line differs, and whether that already speaks of its case.
fn variation(watch: &Watch, rng: &mut Rng) -> (String, bool) {
    let (line, word) = (watch.line.name, watch.word);
    let a_style = with_article(watch.line.style.noun());
    let dial = watch.dials.first().copied().unwrap_or_default().name().to_lowercase();
    let strap = match watch.straps.first().copied().unwrap_or_default() {
        Strap::Bracelet => "a bracelet".to_owned(),
        strap => strap.name().to_lowercase(),
    };
    let a_dial = with_article(&dial);
    let size = millimetres(watch.diameter_mm);
    let mut about_case: Vec<String> = Vec::new();
    match watch.material {
        Material::Titanium => about_case.extend([
            format!("{word} is the {line} in titanium: the same drawing, and a good deal less to carry."),
            format!("The {line} loses weight as the {word}, with a case in titanium the colour of a wet pavement."),
        ]),
        Material::Bronze => about_case.extend([
            format!("The {word} is a {line} in bronze, and it will be a different colour by the time you know it well."),
            format!("Bronze suits the {line}. The {word} starts out bright and goes its own way from there."),
        ]),
        Material::BlackSteel => about_case.extend([
            format!("All in black, the {word} is the {line} that does not show up in photographs."),
            format!("The {word} takes the {line}, coats the case black and lets the {dial} dial do the talking."),
        ]),
        Material::Gold | Material::RoseGold | Material::Gilt => about_case.extend([
            format!("The {word} is a {line} for people who like a little warmth at the cuff."),
            format!("With its warm case and {dial} dial, the {word} is the {line} that gets asked about."),
        ]),
        Material::Carbon | Material::Ceramic => about_case.push(format!(
            "The {word} is the {line} taken to the laboratory: the case is {}, everything else stays as it was.",
            watch.material.name().to_lowercase()
        )),
        Material::Steel => {}
    }
    if !about_case.is_empty() && rng.chance(60) {
        return (choose(about_case, rng), true);
    }
    let house = watch.house.name;
    let mut others = vec![
        format!("The {word} is a {line} at {size}, with {a_dial} dial and hardly anything left to add."),
        format!(
            "The {word} is {a_style} with its sleeves rolled up, the {line} that you do not have to look after."
        ),
        format!("Of all the {line} models, {word} is the one that {house} itself keeps on the counter."),
        format!(
            "The {word} came out of letters from owners who wanted a {line} with {a_dial} dial, and who were right."
        ),
        format!(
            "Somebody at {house} put {a_dial} dial into the {line} case one afternoon, and the {word} has been in the range since."
        ),
        format!("{line} {word} is {a_style} for all seven days, including the ones that go wrong."),
        format!(
            "If you only look at one {line}, look at the {word} for its {dial} dial, then turn it to the light."
        ),
        format!("The {word} is the plainest way to own a {line}, and perhaps the best."),
        format!("Put the {word} on {strap} and it is {a_style}; put it on anything else and it still is."),
        format!("The {word} wears its {dial} dial lightly, and so will you."),
    ];
    match watch.look.registers {
        Registers::SmallSeconds => others.push(format!(
            "What sets the {word} apart from other {line} watches is the small seconds dial at six."
        )),
        Registers::Reserve => others.push(format!(
            "The {word} adds a power reserve to the {line}, an arc at six that tells you when to worry."
        )),
        Registers::Two => others
            .push(format!("The {word} makes do with two registers, and the {line} dial is calmer for it.")),
        _ => {}
    }
    let usually_dated = matches!(watch.line.style, Style::Dive | Style::Everyday | Style::Travel);
    if usually_dated && watch.look.date_at.is_none() {
        others.push(format!(
            "The {word} leaves the date off the {line}, which is exactly what some people were waiting for."
        ));
    }
    if watch.diameter_mm <= 36.0 {
        others.push(format!("The {word} is the small {line}, {size} across and not in the least shy."));
    }
    if watch.diameter_mm >= 42.0 {
        others.push(format!("The {word} is the {line} at full size, {size}, for wrists that can carry it."));
    }
    if watch.movement == Movement::HandWound {
        others.push(format!("Wound by hand, the {word} is the {line} for people who like to be involved."));
    }
    (choose(others, rng), false)
}

/// What is offered, as a shop assistant would say it.
fn options(watch: &Watch) -> String {
    let names: Vec<String> = watch.dials.iter().map(|dial| dial.name().to_lowercase()).collect();
    match names.split_first() {
        Some((first, [])) => format!("The {first} dial is the only one, and it has never needed company."),
        Some((first, others)) => {
            format!("Pictured with the {first} dial; it can be had in {} as well.", series(others, "or"))
        }
        None => String::new(),
    }
}

fn inside(watch: &Watch) -> Vec<String> {
    let thick = millimetres(watch.thickness_mm);
    let house = watch.house.name;
    match (watch.movement, watch.reserve) {
        (Movement::Automatic, Reserve::Hours(hours)) => {
            let mut said = vec![
                format!("It winds itself, and holds {hours} hours once you put it down."),
                format!(
                    "The automatic movement can be stopped to the second and wound by hand, and runs for {hours} hours when full."
                ),
                format!(
                    "Inside is an automatic that asks only to be worn; left alone it stops after {hours} hours."
                ),
                format!("A day on the wrist fills the spring, which is then good for {hours} hours."),
                format!(
                    "The rotor is quiet, the rate is checked at {house}, and the reserve is {hours} hours."
                ),
                format!(
                    "Behind the back sits a serviceable automatic with {hours} hours of reserve and parts that any watchmaker can order."
                ),
                "Wear it daily and you will set it twice a year, when the clocks change.".to_owned(),
            ];
            if hours >= 60 {
                said.push(
                    "Take it off on Friday evening and it is still running on Monday morning.".to_owned(),
                );
                said.push(format!("Its automatic runs for {hours} hours off the wrist, so a weekend in the drawer is not held against it."));
                said.push(format!(
                    "With {hours} hours of reserve it can share the week with a second watch."
                ));
            } else {
                said.push(format!(
                    "The automatic has {hours} hours in it, enough for a lazy Sunday on the bedside table."
                ));
            }
            said
        }
        (Movement::HandWound, Reserve::Days(days)) => vec![
            format!("One winding lasts {} days, so Sunday is enough.", number(days)),
            format!(
                "Two barrels in series carry it through {} days, and the torque hardly falls until the last.",
                number(days)
            ),
        ],
        (Movement::HandWound, Reserve::Hours(hours)) => vec![
            format!("You wind it by hand, some thirty turns, and get {hours} hours for the trouble."),
            format!(
                "It wants winding every morning; should you forget, there are {hours} hours in the spring."
            ),
            format!(
                "Leaving out the rotor keeps it down to {thick}, and the crown gives you something to do while the coffee runs."
            ),
            format!(
                "The hand-wound movement goes for {hours} hours, and tells your fingers when it is full."
            ),
            format!("Wound by hand, it keeps going for {hours} hours and is thinner for it, at {thick}."),
            format!(
                "There is no rotor in the way of the view through the back, just {hours} hours of spring and a very upright balance."
            ),
        ],
        (Movement::Quartz, Reserve::Years(years)) => {
            let years = number(years);
            vec![
                format!("Quartz keeps it to a few seconds a month, and the cell lasts about {years} years."),
                "It is quartz on purpose: pick it up after a month away and the time is right.".to_owned(),
                format!(
                    "Nothing to wind and nothing to remember; the movement runs {years} years on a cell that any shop can change."
                ),
                format!("A quartz movement keeps it slim, at {thick}, and spares you the setting."),
                if watch.water_m > 100 {
                    format!(
                        "The cell is good for {years} years; have it changed where they can test the seals."
                    )
                } else {
                    format!(
                        "The cell is good for {years} years, and a coin opens the back if you want to change it yourself."
                    )
                },
            ]
        }
        (Movement::Solar, Reserve::Months(months)) => {
            let months = number(months);
            vec![
                format!(
                    "It lives on light, any light, and runs for {months} months in a dark drawer once it is full."
                ),
                format!(
                    "The cell is under the dial, so there is no battery to change, and a full charge lasts {months} months in the dark."
                ),
                format!(
                    "A windowsill fills it; after that it keeps time for {months} months with no light at all."
                ),
                "The lamp on your desk is enough to keep it going, and it has never heard of battery shops."
                    .to_owned(),
            ]
        }
        _ => vec![format!("The movement is {}.", watch.movement.name().to_lowercase())],
    }
}
