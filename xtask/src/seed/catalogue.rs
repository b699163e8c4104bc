//! The catalogue: every product with all the shop needs to sell it, and the brands and categories they hang in.

use std::collections::BTreeMap;

use domain::Money;
use serde::Serialize;

use super::{
    accessories::{self, Piece},
    brands::{self, Home},
    parts::{Shape, Strap, Style},
    pictures::{self, PICTURE_SIZE},
    prices, prose,
    rng::Rng,
    watches::{Reserve, Watch},
};

/// Designs there are. Product 2,001 is a new mark of the first one: its name, price and text differ, its picture does not.
pub const DESIGNS: usize =
    brands::HOUSES * brands::LINES * brands::QUALIFIERS + accessories::GOODS * accessories::MODELS;

/// Where the pictures are served, and where they lie among the assets.
const PICTURES: &str = "images/watches";

/// A product, as a line of the import takes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Product {
    pub slug: String,
    pub name: String,
    pub description: String,
    pub brand: &'static str,
    pub categories: Vec<&'static str>,
    pub options: Vec<ProductOption>,
    pub attributes: BTreeMap<&'static str, String>,
    pub images: Vec<Image>,
    pub status: &'static str,
    pub variants: Vec<Variant>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProductOption {
    pub name: &'static str,
    pub values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Image {
    pub url: String,
    pub alt: String,
    pub width: u32,
    pub height: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Variant {
    pub sku: String,
    pub title: String,
    pub options: BTreeMap<&'static str, String>,
    pub prices: Vec<Money>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compare_at_prices: Vec<Money>,
    pub weight_grams: u32,
}

/// A place in the category tree; parents come before their children.
pub struct Category {
    pub slug: &'static str,
    pub name: &'static str,
    pub parent: Option<&'static str>,
}

const fn category(slug: &'static str, name: &'static str, parent: Option<&'static str>) -> Category {
    Category { slug, name, parent }
}

pub static CATEGORIES: [Category; 17] = [
    category("watches", "Watches", None),
    category("dive-watches", "Dive", Some("watches")),
    category("dress-watches", "Dress", Some("watches")),
    category("field-watches", "Field", Some("watches")),
    category("chronographs", "Chronographs", Some("watches")),
    category("pilot-watches", "Pilot", Some("watches")),
    category("gmt-travel-watches", "GMT & Travel", Some("watches")),
    category("everyday-watches", "Everyday", Some("watches")),
    category("moonphase-watches", "Moonphase", Some("watches")),
    category("accessories", "Accessories", None),
    category("straps", "Straps & Bracelets", Some("accessories")),
    category("leather-straps", "Leather", Some("straps")),
    category("textile-straps", "Textile", Some("straps")),
    category("rubber-straps", "Rubber", Some("straps")),
    category("metal-bracelets", "Metal", Some("straps")),
    category("care-and-storage", "Care & Storage", Some("accessories")),
    category("tools", "Tools", Some("accessories")),
];

/// The slug and name of every brand.
pub fn brand_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    let houses = brands::ALL.into_iter().map(|house| (house.slug, house.name));
    houses.chain(accessories::MAKERS.iter().map(|maker| (maker.slug, maker.name)))
}

/// The first `products` of the catalogue. Each is the same however many are asked for.
pub fn catalogue(products: usize) -> impl Iterator<Item = Product> {
    (0..products).map(product)
}

/// The file name and drawing of every picture that the first `products` show.
pub fn drawings(products: usize) -> impl Iterator<Item = (String, String)> {
    (0..products.min(DESIGNS)).map(|design| match Design::of(design) {
        Design::Watch(_, watch) => (file_name(&watch_slug(&watch)), pictures::watch(&watch.look)),
        Design::Piece(piece) => (file_name(&piece_slug(&piece)), pictures::accessory(&piece.look)),
    })
}

/// Every tenth design lies beside the watches.
enum Design {
    Watch(usize, Watch),
    Piece(Piece),
}

impl Design {
    fn of(design: usize) -> Self {
        let tens = design / 10;
        if design % 10 == 9 {
            return Design::Piece(Piece::design(tens));
        }
        let number = design.saturating_sub(tens);
        Design::Watch(number, Watch::design(number))
    }
}

fn product(index: usize) -> Product {
    let mark = index / DESIGNS;
    match Design::of(index % DESIGNS) {
        Design::Watch(number, design) => watch(index, mark, number < brands::HOUSES * brands::LINES, &design),
        Design::Piece(design) => accessory(index, mark, &design),
    }
}

fn watch(index: usize, mark: usize, is_first: bool, watch: &Watch) -> Product {
    let house = watch.house;
    let name = format!("{} {}", watch.line.name, watch.word);
    let slug = watch_slug(watch);
    let worth_eur = watch.worth_eur() * jitter(index);
    let before = reduction(index);
    let combinations =
        watch.straps.iter().flat_map(|strap| watch.dials.iter().map(move |dial| (*strap, *dial)));
    let variants = combinations.map(|(strap, dial)| {
        let worth = worth_eur * strap_factor(strap);
        variant(
            format!("{}-{:05}-{}{}", house.code, index.saturating_add(1), strap.code(), dial.code()),
            [("Strap", strap.name().to_owned()), ("Dial", dial.name().to_owned())],
            worth,
            before,
            house.home,
            watch.head_grams()
                + strap.weight_grams() * if strap.is_metal() { watch.material.weight_factor() } else { 1.0 },
        )
    });
    let mut categories = vec![watch.line.style.category()];
    match (watch.line.style, watch.line.shape) {
        (Style::Moonphase, _) | (Style::Everyday, Shape::Rectangle) => {
            categories.push(Style::Dress.category())
        }
        _ => {}
    }
    let look = &watch.look;
    let alt = format!(
        "{} {name}: {} dial, {}",
        house.name,
        look.dial.name().to_lowercase(),
        match look.strap {
            Strap::Bracelet => "on its bracelet".to_owned(),
            strap => format!("{} strap", strap.name().to_lowercase()),
        }
    );
    Product {
        description: prose::watch(watch, is_first && mark == 0, mark, &mut Rng::new("words", index)),
        brand: house.slug,
        categories,
        options: vec![
            ProductOption {
                name: "Strap",
                values: watch.straps.iter().map(|strap| strap.name().to_owned()).collect(),
            },
            ProductOption {
                name: "Dial",
                values: watch.dials.iter().map(|dial| dial.name().to_owned()).collect(),
            },
        ],
        attributes: BTreeMap::from([
            ("Movement", watch.movement.name().to_owned()),
            ("Case diameter", prose::millimetres(watch.diameter_mm)),
            ("Case material", watch.material.name().to_owned()),
            ("Glass", watch.glass.name().to_owned()),
            ("Lug width", format!("{} mm", watch.lug_width_mm)),
            ("Power reserve", reserve(watch.reserve)),
            ("Water resistance", format!("{} m", watch.water_m)),
        ]),
        images: vec![image(&slug, alt)],
        status: "active",
        variants: variants.collect(),
        slug: marked_slug(slug, mark),
        name: marked(name, mark),
    }
}

fn accessory(index: usize, mark: usize, piece: &Piece) -> Product {
    let maker = piece.maker;
    let slug = piece_slug(piece);
    let worth_eur = piece.worth_eur * jitter(index);
    let before = reduction(index);
    let number = index.saturating_add(1);
    let mut options = vec![ProductOption {
        name: "Colour",
        values: piece.colours.iter().map(|colour| (*colour).to_owned()).collect(),
    }];
    let mut attributes = BTreeMap::from([("Material", piece.material.to_owned())]);
    let mut variants = Vec::new();
    for colour in &piece.colours {
        let code: String = colour.chars().take(2).collect::<String>().to_uppercase();
        let chosen = ("Colour", (*colour).to_owned());
        if piece.widths_mm.is_empty() {
            let sku = format!("{}-{number:05}-{code}", maker.code);
            variants.push(variant(sku, [chosen], worth_eur, before, Home::Elsewhere, piece.grams));
            continue;
        }
        for width in &piece.widths_mm {
            let sku = format!("{}-{number:05}-{code}{width}", maker.code);
            let chosen = [chosen.clone(), ("Width", format!("{width} mm"))];
            variants.push(variant(sku, chosen, worth_eur, before, Home::Elsewhere, piece.grams));
        }
    }
    if !piece.widths_mm.is_empty() {
        let values = piece.widths_mm.iter().map(|width| format!("{width} mm")).collect();
        options.push(ProductOption { name: "Width", values });
    } else if piece.category == "care-and-storage" {
        let watches = if piece.places == 1 { "watch" } else { "watches" };
        attributes.insert("Holds", format!("{} {watches}", piece.places));
    }
    let colour = piece.colours.first().copied().unwrap_or("").to_lowercase();
    Product {
        description: prose::accessory(piece, mark, &mut Rng::new("words", index)),
        brand: maker.slug,
        categories: vec![piece.category],
        options,
        attributes,
        images: vec![image(&slug, format!("{} {} in {colour}", maker.name, piece.name))],
        status: "active",
        variants,
        slug: marked_slug(slug, mark),
        name: marked(piece.name.clone(), mark),
    }
}

fn variant<const OPTIONS: usize>(
    sku: String,
    options: [(&'static str, String); OPTIONS],
    worth_eur: f64,
    before: Option<f64>,
    home: Home,
    grams: f64,
) -> Variant {
    let prices = prices::lists(worth_eur, home);
    Variant {
        sku,
        title: options.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" / "),
        options: BTreeMap::from(options),
        compare_at_prices: before
            .map(|factor| prices::before(worth_eur, factor, home, &prices))
            .unwrap_or_default(),
        prices,
        weight_grams: grams.round().max(1.0) as u32,
    }
}

/// No two models of a line cost quite the same.
fn jitter(index: usize) -> f64 {
    0.9 + Rng::new("price", index).fraction() * 0.24
}

/// A few are reduced: by what factor they were dearer before.
fn reduction(index: usize) -> Option<f64> {
    let mut rng = Rng::new("reduced", index);
    rng.chance(6).then(|| rng.pick(&[1.12, 1.15, 1.2, 1.25, 1.3]))
}

const fn strap_factor(strap: Strap) -> f64 {
    match strap {
        Strap::Bracelet => 1.08,
        Strap::Alligator => 1.06,
        Strap::Mesh => 1.03,
        _ => 1.0,
    }
}

fn reserve(reserve: Reserve) -> String {
    match reserve {
        Reserve::Hours(hours) => format!("{hours} hours"),
        Reserve::Days(days) => format!("{days} days"),
        Reserve::Years(years) => format!("{years} years (battery)"),
        Reserve::Months(months) => format!("{months} months in the dark"),
    }
}

fn image(slug: &str, alt: String) -> Image {
    Image { url: format!("/{PICTURES}/{}", file_name(slug)), alt, width: PICTURE_SIZE, height: PICTURE_SIZE }
}

fn file_name(slug: &str) -> String {
    format!("{slug}.svg")
}

fn watch_slug(watch: &Watch) -> String {
    format!("{}-{}-{}", watch.house.slug, slugged(watch.line.name), slugged(watch.word))
}

fn piece_slug(piece: &Piece) -> String {
    format!("{}-{}", piece.maker.slug, slugged(&piece.name))
}

fn marked_slug(slug: String, mark: usize) -> String {
    if mark == 0 { slug } else { format!("{slug}-mk-{}", mark.saturating_add(1)) }
}

fn marked(name: String, mark: usize) -> String {
    if mark == 0 { name } else { format!("{name} Mk {}", mark.saturating_add(1)) }
}

/// A name as it stands in an address: letters without their marks, and single hyphens.
fn slugged(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' | '0'..='9' => slug.push(letter),
            'á' | 'à' | 'â' | 'ã' | 'å' => slug.push('a'),
            'ä' | 'æ' => slug.push_str("ae"),
            'ç' => slug.push('c'),
            'é' | 'è' | 'ê' => slug.push('e'),
            'í' => slug.push('i'),
            'ó' | 'ô' | 'ø' => slug.push('o'),
            'ö' => slug.push_str("oe"),
            'ú' => slug.push('u'),
            'ü' => slug.push_str("ue"),
            '\'' => {}
            _ if !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests;
