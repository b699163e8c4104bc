//! The words the watches are made of: what a dial, a case, a strap or a movement can be, what the shop calls it, and its paint.

/// What a watch is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    Dive,
    Dress,
    Field,
    Chronograph,
    Pilot,
    Travel,
    Everyday,
    Moonphase,
}

impl Style {
    /// The slug of its category.
    pub const fn category(self) -> &'static str {
        match self {
            Self::Dive => "dive-watches",
            Self::Dress => "dress-watches",
            Self::Field => "field-watches",
            Self::Chronograph => "chronographs",
            Self::Pilot => "pilot-watches",
            Self::Travel => "gmt-travel-watches",
            Self::Everyday => "everyday-watches",
            Self::Moonphase => "moonphase-watches",
        }
    }

    /// What it is called in a sentence, without an article.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Dive => "dive watch",
            Self::Dress => "dress watch",
            Self::Field => "field watch",
            Self::Chronograph => "chronograph",
            Self::Pilot => "pilot's watch",
            Self::Travel => "travel watch",
            Self::Everyday => "everyday watch",
            Self::Moonphase => "moonphase watch",
        }
    }
}

/// The outline of a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    Round,
    Cushion,
    Octagon,
    Rectangle,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Movement {
    #[default]
    Automatic,
    HandWound,
    Quartz,
    Solar,
}

impl Movement {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Automatic => "Automatic",
            Self::HandWound => "Hand-wound",
            Self::Quartz => "Quartz",
            Self::Solar => "Solar",
        }
    }

    pub const fn is_mechanical(self) -> bool {
        matches!(self, Self::Automatic | Self::HandWound)
    }
}

/// What a case is made of.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Material {
    #[default]
    Steel,
    Titanium,
    Bronze,
    Gilt,
    Gold,
    RoseGold,
    BlackSteel,
    Carbon,
    Ceramic,
}

/// How a metal is drawn: where light falls on it, its own colour, and its shade.
pub struct Sheen {
    pub light: &'static str,
    pub body: &'static str,
    pub shade: &'static str,
}

impl Material {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Steel => "Stainless steel",
            Self::Titanium => "Titanium",
            Self::Bronze => "Bronze",
            Self::Gilt => "Gold-plated steel",
            Self::Gold => "18k yellow gold",
            Self::RoseGold => "18k rose gold",
            Self::BlackSteel => "Black DLC steel",
            Self::Carbon => "Forged carbon",
            Self::Ceramic => "Ceramic",
        }
    }

    /// What it adds to the price of a steel watch, as a factor.
    pub const fn price_factor(self) -> f64 {
        match self {
            Self::Steel => 1.0,
            Self::Gilt => 1.06,
            Self::BlackSteel => 1.1,
            Self::Bronze => 1.15,
            Self::Titanium => 1.2,
            Self::Carbon => 1.45,
            Self::Ceramic => 1.5,
            Self::RoseGold => 1.95,
            Self::Gold => 2.05,
        }
    }

    /// Its weight against steel's.
    pub const fn weight_factor(self) -> f64 {
        match self {
            Self::Steel | Self::Gilt | Self::BlackSteel => 1.0,
            Self::Bronze => 1.08,
            Self::Titanium => 0.6,
            Self::Carbon => 0.35,
            Self::Ceramic => 0.75,
            Self::Gold | Self::RoseGold => 1.85,
        }
    }

    pub const fn is_dark(self) -> bool {
        matches!(self, Self::BlackSteel | Self::Carbon | Self::Ceramic)
    }

    pub const fn is_warm(self) -> bool {
        matches!(self, Self::Bronze | Self::Gilt | Self::Gold | Self::RoseGold)
    }

    pub const fn sheen(self) -> Sheen {
        let (light, body, shade) = match self {
            Self::Steel => ("#fbfcfd", "#c4cad0", "#79828b"),
            Self::Titanium => ("#d6d5d1", "#a09e98", "#64625d"),
            Self::Bronze => ("#ecc994", "#b58547", "#6f4b21"),
            Self::Gilt => ("#fdf3cf", "#e0c27a", "#9a7836"),
            Self::Gold => ("#fdeab0", "#dcb352", "#8d671d"),
            Self::RoseGold => ("#fbdccb", "#d79c7e", "#8d553e"),
            Self::BlackSteel => ("#696d72", "#303336", "#131415"),
            Self::Carbon => ("#585b5f", "#292b2e", "#0d0e0f"),
            Self::Ceramic => ("#868b91", "#3c4045", "#1a1c1e"),
        };
        Sheen { light, body, shade }
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Strap {
    #[default]
    Calf,
    Suede,
    Alligator,
    Rally,
    Rivet,
    Cork,
    Canvas,
    Sailcloth,
    Nato,
    Rubber,
    Mesh,
    Bracelet,
}

impl Strap {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calf => "Calfskin",
            Self::Suede => "Suede",
            Self::Alligator => "Alligator",
            Self::Rally => "Rally leather",
            Self::Rivet => "Riveted leather",
            Self::Cork => "Cork",
            Self::Canvas => "Canvas",
            Self::Sailcloth => "Sailcloth",
            Self::Nato => "Woven nylon",
            Self::Rubber => "Rubber",
            Self::Mesh => "Mesh",
            Self::Bracelet => "Bracelet",
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Calf => "CF",
            Self::Suede => "SU",
            Self::Alligator => "AL",
            Self::Rally => "RA",
            Self::Rivet => "RV",
            Self::Cork => "CK",
            Self::Canvas => "CV",
            Self::Sailcloth => "SC",
            Self::Nato => "NY",
            Self::Rubber => "RB",
            Self::Mesh => "ME",
            Self::Bracelet => "BR",
        }
    }

    pub const fn weight_grams(self) -> f64 {
        match self {
            Self::Bracelet => 72.0,
            Self::Mesh => 46.0,
            Self::Rubber => 26.0,
            Self::Alligator | Self::Rally | Self::Rivet => 17.0,
            Self::Calf | Self::Suede | Self::Sailcloth => 14.0,
            Self::Cork | Self::Canvas | Self::Nato => 11.0,
        }
    }

    pub const fn is_metal(self) -> bool {
        matches!(self, Self::Mesh | Self::Bracelet)
    }

    pub const fn is_leather(self) -> bool {
        matches!(self, Self::Calf | Self::Suede | Self::Alligator | Self::Rally | Self::Rivet)
    }
}

/// The colour of a dial.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Colour {
    #[default]
    Black,
    White,
    Silver,
    Cream,
    Navy,
    Sky,
    Petrol,
    Turquoise,
    Forest,
    Olive,
    Burgundy,
    Red,
    Grey,
    Anthracite,
    Salmon,
    Chestnut,
    Orange,
    Saffron,
    Ice,
    Sand,
    Lilac,
}

/// How a dial is painted: its middle, its rim, and whether dark ink reads on it.
pub struct Paint {
    pub middle: &'static str,
    pub rim: &'static str,
    pub is_light: bool,
}

impl Colour {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Black => "Black",
            Self::White => "White",
            Self::Silver => "Silver",
            Self::Cream => "Cream",
            Self::Navy => "Navy",
            Self::Sky => "Sky blue",
            Self::Petrol => "Petrol",
            Self::Turquoise => "Turquoise",
            Self::Forest => "Forest green",
            Self::Olive => "Olive",
            Self::Burgundy => "Burgundy",
            Self::Red => "Red",
            Self::Grey => "Grey",
            Self::Anthracite => "Anthracite",
            Self::Salmon => "Salmon",
            Self::Chestnut => "Chestnut",
            Self::Orange => "Orange",
            Self::Saffron => "Saffron",
            Self::Ice => "Ice blue",
            Self::Sand => "Sand",
            Self::Lilac => "Lilac",
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Black => "BK",
            Self::White => "WH",
            Self::Silver => "SI",
            Self::Cream => "CR",
            Self::Navy => "NV",
            Self::Sky => "SK",
            Self::Petrol => "PT",
            Self::Turquoise => "TQ",
            Self::Forest => "FG",
            Self::Olive => "OL",
            Self::Burgundy => "BU",
            Self::Red => "RD",
            Self::Grey => "GY",
            Self::Anthracite => "AN",
            Self::Salmon => "SA",
            Self::Chestnut => "CH",
            Self::Orange => "OR",
            Self::Saffron => "SF",
            Self::Ice => "IC",
            Self::Sand => "SD",
            Self::Lilac => "LI",
        }
    }

    pub const fn paint(self) -> Paint {
        let (middle, rim, is_light) = match self {
            Self::Black => ("#2b2d30", "#0e0f10", false),
            Self::White => ("#ffffff", "#e9eaea", true),
            Self::Silver => ("#f0f1f2", "#c2c7cb", true),
            Self::Cream => ("#faf3e0", "#e6d9b8", true),
            Self::Navy => ("#2c4a7c", "#11203d", false),
            Self::Sky => ("#8db8dd", "#4f86b6", true),
            Self::Petrol => ("#1f6672", "#0a2f38", false),
            Self::Turquoise => ("#63c5bd", "#2c938d", true),
            Self::Forest => ("#2f6a4c", "#0f3021", false),
            Self::Olive => ("#69703f", "#373c1d", false),
            Self::Burgundy => ("#8a2c40", "#420f1c", false),
            Self::Red => ("#c33a33", "#7c1a18", false),
            Self::Grey => ("#98a0a7", "#626a72", false),
            Self::Anthracite => ("#565b61", "#282b2f", false),
            Self::Salmon => ("#f1b79f", "#d48a70", true),
            Self::Chestnut => ("#80543a", "#3d2314", false),
            Self::Orange => ("#f08a36", "#c65d12", true),
            Self::Saffron => ("#f2c14a", "#d39a1d", true),
            Self::Ice => ("#dcebf2", "#a9c9d9", true),
            Self::Sand => ("#e2d2b0", "#bfa878", true),
            Self::Lilac => ("#c9b8dc", "#9a83b8", true),
        };
        Paint { middle, rim, is_light }
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Glass {
    #[default]
    Sapphire,
    DomedSapphire,
    Mineral,
    Acrylic,
}

impl Glass {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sapphire => "Sapphire",
            Self::DomedSapphire => "Domed sapphire",
            Self::Mineral => "Hardened mineral",
            Self::Acrylic => "Acrylic",
        }
    }
}

/// What covers the plain of a dial.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Texture {
    #[default]
    Matte,
    Sunray,
    Fume,
    Waves,
    Guilloche,
    Linen,
    Brushed,
    Enamel,
    Checks,
    Stars,
    Snow,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Indices {
    #[default]
    Batons,
    DoubleBatons,
    Dots,
    Arabic,
    Script,
    Roman,
    Quarters,
    Wedges,
    Pilot,
    Fine,
    Diamonds,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Hands {
    #[default]
    Baton,
    Dauphine,
    Sword,
    Leaf,
    Pencil,
    Cathedral,
    Pomme,
    Syringe,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Bezel {
    #[default]
    Polished,
    Brushed,
    Coin,
    Stepped,
    Diver,
    Tachymeter,
    DayNight,
    Compass,
}

/// What a dial shows besides the hours.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Registers {
    #[default]
    None,
    SmallSeconds,
    Two,
    Three,
    Moon,
    Reserve,
}
