//! The rates themselves, in parts per million: data to be brought up to date, without a rule in it.

use crate::address::Country;

const fn country(code: &[u8; 2]) -> Country {
    Country::literal(*code)
}

/// Standard VAT, GST or consumption tax by country.
///
/// Sources: European Commission, «VAT rates applied in the Member States» (Taxes in Europe Database), with the changes of Finland
/// (25.5 % from 2024-09-01), Slovakia (23 % from 2025-01-01), Estonia (24 % from 2025-07-01) and Romania (21 % from 2025-08-01); for
/// the others their revenue authorities: HMRC, Skatteetaten, ESTV (8.1 % from 2024-01-01), Skatturinn, NTA Japan, CRA, ATO, IRD,
/// IRAS (9 % from 2024-01-01), NTS Korea, ITA (18 % from 2025-01-01), FTA. As of 2026-01-01.
pub(super) static COUNTRIES: [(Country, u32); 45] = [
    // The European Union, 27.
    (country(b"AT"), 200_000),
    (country(b"BE"), 210_000),
    (country(b"BG"), 200_000),
    (country(b"CY"), 190_000),
    (country(b"CZ"), 210_000),
    (country(b"DE"), 190_000),
    (country(b"DK"), 250_000),
    (country(b"EE"), 240_000),
    (country(b"ES"), 210_000),
    (country(b"FI"), 255_000),
    (country(b"FR"), 200_000),
    (country(b"GR"), 240_000),
    (country(b"HR"), 250_000),
    (country(b"HU"), 270_000),
    (country(b"IE"), 230_000),
    (country(b"IT"), 220_000),
    (country(b"LT"), 210_000),
    (country(b"LU"), 170_000),
    (country(b"LV"), 210_000),
    (country(b"MT"), 180_000),
    (country(b"NL"), 210_000),
    (country(b"PL"), 230_000),
    (country(b"PT"), 230_000),
    (country(b"RO"), 210_000),
    (country(b"SE"), 250_000),
    (country(b"SI"), 220_000),
    (country(b"SK"), 230_000),
    // Monaco belongs to the French VAT area, the Isle of Man to the British one.
    (country(b"MC"), 200_000),
    (country(b"IM"), 200_000),
    // The rest of Europe.
    (country(b"CH"), 81_000),
    (country(b"GB"), 200_000),
    (country(b"IS"), 240_000),
    (country(b"LI"), 81_000),
    (country(b"NO"), 250_000),
    // Elsewhere. Canada's federal part; the harmonised provinces follow below.
    (country(b"AE"), 50_000),
    (country(b"AU"), 100_000),
    (country(b"CA"), 50_000),
    (country(b"IL"), 180_000),
    (country(b"JP"), 100_000),
    (country(b"KR"), 100_000),
    (country(b"MX"), 160_000),
    (country(b"NZ"), 150_000),
    (country(b"SG"), 90_000),
    (country(b"TW"), 50_000),
    (country(b"ZA"), 150_000),
];

/// A state or province whose rate replaces its country's.
pub(super) struct Region {
    pub code: &'static str,
    pub name: &'static str,
    pub rate_ppm: u32,
}

const fn region(code: &'static str, name: &'static str, rate_ppm: u32) -> Region {
    Region { code, name, rate_ppm }
}

/// The states' own sales tax, with what California, Utah and Virginia levy everywhere for their counties. Cities' and counties'
/// own additions are not in it.
///
/// Source: Tax Foundation, «State and Local Sales Tax Rates, Midyear 2025», with Louisiana's 5 % from 2025-01-01. As of 2025-07-01.
/// Alaska, Delaware, Montana, New Hampshire and Oregon levy none.
pub(super) static UNITED_STATES: [Region; 51] = [
    region("AK", "Alaska", 0),
    region("AL", "Alabama", 40_000),
    region("AR", "Arkansas", 65_000),
    region("AZ", "Arizona", 56_000),
    region("CA", "California", 72_500),
    region("CO", "Colorado", 29_000),
    region("CT", "Connecticut", 63_500),
    region("DC", "District of Columbia", 60_000),
    region("DE", "Delaware", 0),
    region("FL", "Florida", 60_000),
    region("GA", "Georgia", 40_000),
    region("HI", "Hawaii", 40_000),
    region("IA", "Iowa", 60_000),
    region("ID", "Idaho", 60_000),
    region("IL", "Illinois", 62_500),
    region("IN", "Indiana", 70_000),
    region("KS", "Kansas", 65_000),
    region("KY", "Kentucky", 60_000),
    region("LA", "Louisiana", 50_000),
    region("MA", "Massachusetts", 62_500),
    region("MD", "Maryland", 60_000),
    region("ME", "Maine", 55_000),
    region("MI", "Michigan", 60_000),
    region("MN", "Minnesota", 68_750),
    region("MO", "Missouri", 42_250),
    region("MS", "Mississippi", 70_000),
    region("MT", "Montana", 0),
    region("NC", "North Carolina", 47_500),
    region("ND", "North Dakota", 50_000),
    region("NE", "Nebraska", 55_000),
    region("NH", "New Hampshire", 0),
    region("NJ", "New Jersey", 66_250),
    region("NM", "New Mexico", 48_750),
    region("NV", "Nevada", 68_500),
    region("NY", "New York", 40_000),
    region("OH", "Ohio", 57_500),
    region("OK", "Oklahoma", 45_000),
    region("OR", "Oregon", 0),
    region("PA", "Pennsylvania", 60_000),
    region("RI", "Rhode Island", 70_000),
    region("SC", "South Carolina", 60_000),
    region("SD", "South Dakota", 42_000),
    region("TN", "Tennessee", 70_000),
    region("TX", "Texas", 62_500),
    region("UT", "Utah", 61_000),
    region("VA", "Virginia", 53_000),
    region("VT", "Vermont", 60_000),
    region("WA", "Washington", 65_000),
    region("WI", "Wisconsin", 50_000),
    region("WV", "West Virginia", 60_000),
    region("WY", "Wyoming", 40_000),
];

/// GST, or HST where the province has harmonised its own tax with it. Provincial sales tax outside of HST is not collected.
///
/// Source: Canada Revenue Agency, «GST/HST rates by province», with Nova Scotia's 14 % from 2025-04-01. As of 2026-01-01.
pub(super) static CANADA: [Region; 13] = [
    region("AB", "Alberta", 50_000),
    region("BC", "British Columbia", 50_000),
    region("MB", "Manitoba", 50_000),
    region("NB", "New Brunswick", 150_000),
    region("NL", "Newfoundland and Labrador", 150_000),
    region("NS", "Nova Scotia", 140_000),
    region("NT", "Northwest Territories", 50_000),
    region("NU", "Nunavut", 50_000),
    region("ON", "Ontario", 130_000),
    region("PE", "Prince Edward Island", 150_000),
    region("QC", "Quebec", 50_000),
    region("SK", "Saskatchewan", 50_000),
    region("YT", "Yukon", 50_000),
];

/// Places inside a member state but outside the Union's VAT area, by the beginning of their postal code: goods sent there are exports.
///
/// Source: Council Directive 2006/112/EC, article 6 (consolidated text).
pub(super) static OUTSIDE_THE_VAT_AREA: [(Country, &str); 11] = [
    // Büsingen and Helgoland.
    (country(b"DE"), "78266"),
    (country(b"DE"), "27498"),
    // Las Palmas, Santa Cruz de Tenerife, Ceuta and Melilla.
    (country(b"ES"), "35"),
    (country(b"ES"), "38"),
    (country(b"ES"), "51"),
    (country(b"ES"), "52"),
    // Åland.
    (country(b"FI"), "22"),
    // Mount Athos.
    (country(b"GR"), "63086"),
    (country(b"GR"), "63087"),
    // Livigno and Campione d'Italia.
    (country(b"IT"), "23041"),
    (country(b"IT"), "22061"),
];
