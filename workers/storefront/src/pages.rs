//! The pages, a file for each kind.

pub mod cart;
pub mod checkout;
mod data;
pub mod home;
pub mod listing;
pub mod order;
pub mod order_link;
pub mod product;
pub mod sitemap;

use html::frame::Frame;

use crate::views::Summary;

/// A product's card.
pub struct Card {
    pub slug: String,
    pub name: String,
    pub maker: String,
    pub image: Option<(String, String)>,
    pub price: String,
    pub is_sold_out: bool,
}

impl Card {
    pub fn of(f: &Frame, product: Summary) -> Self {
        let price = product.price_range.map_or_else(String::new, |range| {
            let lowest = f.money(&range.min);
            if range.min == range.max { lowest } else { f.t.from_price(&lowest) }
        });
        Self {
            slug: product.slug,
            name: product.name,
            maker: product.brand.name,
            image: product.image.map(|image| (image.url, image.alt)),
            price,
            is_sold_out: !product.available,
        }
    }

    pub fn all(f: &Frame, products: Vec<Summary>) -> Vec<Self> {
        products.into_iter().map(|product| Self::of(f, product)).collect()
    }
}
