//! Products, categories and brands.

use api::{
    catalog::{
        Brand, BrandBody, CategoriesQuery, Category, CategoryBody, CurrencyQuery, ExportQuery, ImportReport,
        ProductBody, ProductList, ProductView, ProductsQuery,
    },
    page::{Page, Paging},
    problem::codes,
};

use crate::row::{Row, row};

pub fn rows() -> Vec<Row> {
    let mut rows = products();
    rows.extend(categories());
    rows.extend(brands());
    rows
}

fn products() -> Vec<Row> {
    vec![
        row!(PRODUCTS_LIST, "List and search products")
            .asks::<ProductsQuery>()
            .answers::<ProductList>(200)
            .refuses(&[codes::forbidden]),
        row!(PRODUCT_CREATE, "Add a product")
            .may_be_keyed()
            .takes::<ProductBody>()
            .answers::<ProductView>(201)
            .tagged()
            .located()
            .refuses(&[codes::conflict, codes::sku_taken, codes::slug_taken]),
        row!(PRODUCTS_IMPORT, "Add or replace many products, one a line")
            .may_be_keyed()
            .takes_lines::<ProductBody>()
            .answers::<ImportReport>(200)
            .refuses(&[codes::conflict]),
        row!(PRODUCTS_EXPORT, "Get many products, one a line")
            .asks::<ExportQuery>()
            .answers_lines::<ProductBody>(),
        row!(PRODUCT_READ, "Read a product").asks::<CurrencyQuery>().answers::<ProductView>(200).tagged(),
        row!(PRODUCT_PATCH, "Change a product")
            .conditional()
            .asks::<CurrencyQuery>()
            .merges_into::<ProductBody>()
            .answers::<ProductView>(200)
            .tagged()
            .refuses(&[codes::conflict, codes::sku_taken, codes::slug_taken, codes::status_change_refused]),
        row!(PRODUCT_ARCHIVE, "Take a product out of the shop")
            .conditional()
            .answers_nothing()
            .refuses(&[codes::conflict]),
    ]
}

fn categories() -> Vec<Row> {
    vec![
        row!(CATEGORIES_LIST, "List categories").asks::<CategoriesQuery>().answers::<Page<Category>>(200),
        row!(CATEGORY_CREATE, "Add a category")
            .may_be_keyed()
            .takes::<CategoryBody>()
            .answers::<Category>(201)
            .refuses(&[codes::conflict, codes::slug_taken]),
        row!(CATEGORY_READ, "Read a category").answers::<Category>(200),
        row!(CATEGORY_PATCH, "Change a category")
            .merges_into::<CategoryBody>()
            .answers::<Category>(200)
            .refuses(&[codes::category_cycle, codes::conflict, codes::slug_taken]),
        row!(CATEGORY_DELETE, "Remove a category that nothing is in")
            .answers_nothing()
            .refuses(&[codes::category_in_use, codes::conflict]),
    ]
}

fn brands() -> Vec<Row> {
    vec![
        row!(BRANDS_LIST, "List brands").asks::<Paging>().answers::<Page<Brand>>(200),
        row!(BRAND_CREATE, "Add a brand")
            .may_be_keyed()
            .takes::<BrandBody>()
            .answers::<Brand>(201)
            .refuses(&[codes::conflict, codes::slug_taken]),
        row!(BRAND_READ, "Read a brand").answers::<Brand>(200),
        row!(BRAND_PATCH, "Change a brand")
            .merges_into::<BrandBody>()
            .answers::<Brand>(200)
            .refuses(&[codes::conflict, codes::slug_taken]),
        row!(BRAND_DELETE, "Remove a brand that has no products")
            .answers_nothing()
            .refuses(&[codes::brand_in_use, codes::conflict]),
    ]
}
