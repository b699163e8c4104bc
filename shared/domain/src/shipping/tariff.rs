//! The tariff: zones, services, prices and weights. Data to be renegotiated with a carrier, without a rule in it.

use crate::address::Country;

/// One amount per price list, in minor units: tax included in EUR, GBP and JPY, without it in USD, as the lists themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct PerCurrency {
    pub eur: i64,
    pub gbp: i64,
    pub jpy: i64,
    pub usd: i64,
}

const fn price(eur: i64, gbp: i64, jpy: i64, usd: i64) -> PerCurrency {
    PerCurrency { eur, gbp, jpy, usd }
}

/// The price of a parcel up to and including this weight.
pub(super) struct Band {
    pub up_to_grams: u64,
    pub price: PerCurrency,
}

const fn up_to(up_to_grams: u64, price: PerCurrency) -> Band {
    Band { up_to_grams, price }
}

/// One service to one zone.
pub(super) struct Service {
    pub id: &'static str,
    pub name: &'static str,
    pub delivery_days_min: u32,
    pub delivery_days_max: u32,
    /// Ascending by weight.
    pub bands: &'static [Band],
    /// Beyond the last band, for every [`EXTRA_STEP_GRAMS`] begun; a service without it does not take such parcels.
    pub extra_step: Option<PerCurrency>,
    /// From goods of this value on it costs nothing.
    pub free_from: Option<PerCurrency>,
}

/// The step beyond the last band.
pub(super) const EXTRA_STEP_GRAMS: u64 = 10_000;

/// Countries that share a tariff.
pub(super) struct Zone {
    pub countries: &'static [Country],
    pub services: &'static [Service],
}

const fn country(code: &[u8; 2]) -> Country {
    Country::literal(*code)
}

/// Goods leave from Germany. A country in no zone is one that the shop does not ship to.
pub(super) static ZONES: [Zone; 6] = [
    // Domestic.
    Zone {
        countries: &[country(b"DE")],
        services: &[
            Service {
                id: "standard",
                name: "Standard, tracked",
                delivery_days_min: 1,
                delivery_days_max: 3,
                bands: &[
                    up_to(1_000, price(490, 420, 750, 520)),
                    up_to(5_000, price(690, 590, 1_100, 740)),
                    up_to(10_000, price(990, 850, 1_600, 1_050)),
                    up_to(30_000, price(1_690, 1_450, 2_700, 1_800)),
                ],
                extra_step: Some(price(690, 590, 1_100, 740)),
                free_from: Some(price(10_000, 9_000, 15_000, 10_000)),
            },
            Service {
                id: "express",
                name: "Express, next working day, insured",
                delivery_days_min: 1,
                delivery_days_max: 1,
                bands: &[
                    up_to(1_000, price(1_490, 1_290, 2_400, 1_590)),
                    up_to(5_000, price(1_990, 1_690, 3_200, 2_090)),
                    up_to(30_000, price(3_490, 2_990, 5_600, 3_690)),
                ],
                extra_step: None,
                free_from: None,
            },
        ],
    },
    // The European Union, and Monaco.
    Zone {
        countries: &[
            country(b"AT"),
            country(b"BE"),
            country(b"BG"),
            country(b"CY"),
            country(b"CZ"),
            country(b"DK"),
            country(b"EE"),
            country(b"ES"),
            country(b"FI"),
            country(b"FR"),
            country(b"GR"),
            country(b"HR"),
            country(b"HU"),
            country(b"IE"),
            country(b"IT"),
            country(b"LT"),
            country(b"LU"),
            country(b"LV"),
            country(b"MC"),
            country(b"MT"),
            country(b"NL"),
            country(b"PL"),
            country(b"PT"),
            country(b"RO"),
            country(b"SE"),
            country(b"SI"),
            country(b"SK"),
        ],
        services: &[
            Service {
                id: "standard",
                name: "Standard, tracked",
                delivery_days_min: 2,
                delivery_days_max: 5,
                bands: &[
                    up_to(1_000, price(890, 770, 1_400, 950)),
                    up_to(5_000, price(1_390, 1_190, 2_200, 1_480)),
                    up_to(10_000, price(1_890, 1_620, 3_000, 2_000)),
                    up_to(30_000, price(3_290, 2_820, 5_200, 3_500)),
                ],
                extra_step: Some(price(1_390, 1_190, 2_200, 1_480)),
                free_from: Some(price(15_000, 13_000, 22_500, 15_000)),
            },
            Service {
                id: "express",
                name: "Express, insured",
                delivery_days_min: 1,
                delivery_days_max: 2,
                bands: &[
                    up_to(1_000, price(1_990, 1_690, 3_200, 2_090)),
                    up_to(5_000, price(2_990, 2_590, 4_800, 3_190)),
                    up_to(30_000, price(5_990, 5_190, 9_600, 6_390)),
                ],
                extra_step: None,
                free_from: None,
            },
        ],
    },
    // The United Kingdom, and the Isle of Man.
    Zone {
        countries: &[country(b"GB"), country(b"IM")],
        services: &[
            Service {
                id: "standard",
                name: "Standard, tracked, duties paid",
                delivery_days_min: 3,
                delivery_days_max: 6,
                bands: &[
                    up_to(1_000, price(1_090, 950, 1_750, 1_150)),
                    up_to(5_000, price(1_690, 1_450, 2_700, 1_800)),
                    up_to(10_000, price(2_290, 1_950, 3_700, 2_450)),
                    up_to(30_000, price(3_990, 3_450, 6_400, 4_250)),
                ],
                extra_step: Some(price(1_690, 1_450, 2_700, 1_800)),
                free_from: Some(price(20_000, 17_500, 30_000, 20_000)),
            },
            Service {
                id: "express",
                name: "Express, insured, duties paid",
                delivery_days_min: 1,
                delivery_days_max: 3,
                bands: &[
                    up_to(1_000, price(2_490, 2_150, 4_000, 2_650)),
                    up_to(5_000, price(3_490, 2_990, 5_600, 3_690)),
                    up_to(30_000, price(6_990, 5_990, 11_200, 7_390)),
                ],
                extra_step: None,
                free_from: None,
            },
        ],
    },
    // The United States.
    Zone {
        countries: &[country(b"US")],
        services: &[
            Service {
                id: "standard",
                name: "International, tracked",
                delivery_days_min: 5,
                delivery_days_max: 9,
                bands: &[
                    up_to(500, price(1_490, 1_290, 2_400, 1_500)),
                    up_to(1_000, price(1_990, 1_690, 3_200, 2_000)),
                    up_to(5_000, price(3_490, 2_990, 5_600, 3_500)),
                    up_to(20_000, price(6_990, 5_990, 11_200, 7_000)),
                ],
                extra_step: Some(price(3_490, 2_990, 5_600, 3_500)),
                free_from: Some(price(30_000, 26_000, 45_000, 30_000)),
            },
            Service {
                id: "express",
                name: "Express, insured",
                delivery_days_min: 2,
                delivery_days_max: 4,
                bands: &[
                    up_to(500, price(2_990, 2_590, 4_800, 3_000)),
                    up_to(1_000, price(3_490, 2_990, 5_600, 3_500)),
                    up_to(5_000, price(5_490, 4_690, 8_800, 5_500)),
                    up_to(20_000, price(10_990, 9_490, 17_600, 11_000)),
                ],
                extra_step: None,
                free_from: None,
            },
        ],
    },
    // Japan.
    Zone {
        countries: &[country(b"JP")],
        services: &[
            Service {
                id: "standard",
                name: "International, tracked",
                delivery_days_min: 6,
                delivery_days_max: 10,
                bands: &[
                    up_to(500, price(1_590, 1_390, 2_500, 1_700)),
                    up_to(1_000, price(2_090, 1_790, 3_300, 2_200)),
                    up_to(5_000, price(3_690, 3_190, 5_900, 3_900)),
                    up_to(20_000, price(7_490, 6_490, 12_000, 7_900)),
                ],
                extra_step: Some(price(3_690, 3_190, 5_900, 3_900)),
                free_from: Some(price(30_000, 26_000, 45_000, 30_000)),
            },
            Service {
                id: "express",
                name: "Express, insured",
                delivery_days_min: 3,
                delivery_days_max: 5,
                bands: &[
                    up_to(500, price(3_190, 2_790, 5_100, 3_400)),
                    up_to(1_000, price(3_690, 3_190, 5_900, 3_900)),
                    up_to(5_000, price(5_790, 4_990, 9_300, 6_100)),
                    up_to(20_000, price(11_490, 9_990, 18_400, 12_200)),
                ],
                extra_step: None,
                free_from: None,
            },
        ],
    },
    // The rest of the world.
    Zone {
        countries: &[
            country(b"AE"),
            country(b"AU"),
            country(b"BR"),
            country(b"CA"),
            country(b"CH"),
            country(b"CL"),
            country(b"HK"),
            country(b"IL"),
            country(b"IS"),
            country(b"KR"),
            country(b"KW"),
            country(b"LI"),
            country(b"MX"),
            country(b"MY"),
            country(b"NO"),
            country(b"NZ"),
            country(b"QA"),
            country(b"SA"),
            country(b"SG"),
            country(b"TH"),
            country(b"TW"),
            country(b"ZA"),
        ],
        services: &[
            Service {
                id: "standard",
                name: "International, tracked",
                delivery_days_min: 6,
                delivery_days_max: 14,
                bands: &[
                    up_to(500, price(1_790, 1_550, 2_900, 1_900)),
                    up_to(1_000, price(2_290, 1_950, 3_700, 2_450)),
                    up_to(5_000, price(4_290, 3_690, 6_900, 4_550)),
                    up_to(20_000, price(8_990, 7_690, 14_400, 9_500)),
                ],
                extra_step: Some(price(4_290, 3_690, 6_900, 4_550)),
                free_from: Some(price(40_000, 35_000, 60_000, 40_000)),
            },
            Service {
                id: "express",
                name: "Express, insured",
                delivery_days_min: 3,
                delivery_days_max: 6,
                bands: &[
                    up_to(500, price(3_990, 3_490, 6_400, 4_250)),
                    up_to(1_000, price(4_490, 3_890, 7_200, 4_750)),
                    up_to(5_000, price(6_990, 5_990, 11_200, 7_400)),
                    up_to(20_000, price(13_990, 11_990, 22_400, 14_800)),
                ],
                extra_step: None,
                free_from: None,
            },
        ],
    },
];
