// Every page that there is to look at: adding one is one line here.
//
// `route` is as the table of pages has it (`shared/api/src/pages.rs`), whose every page has to be here. `as` is one of `people.mjs`.
// `path` is where to find it, for a route with names in it and for a page that is reached with parameters; `found` is what that person
// came across. `status` is what it answers, when that is not 200.

import { person } from "./support/people.mjs";
import { get, goods } from "./support/shop.mjs";

const category = async () => (await get("/v1/categories")).items[0];

export const PAGES = [
	{ name: "home", route: "/" },
	{ name: "listing", route: "/products" },
	{ name: "listing-filtered", path: async () => "/products?in_stock=true&max_price=900&sort=price" },
	{ name: "listing-empty", path: async () => "/products?q=zzzz" },
	{ name: "category", route: "/categories/{category}", path: async () => `/categories/${(await category()).slug}` },
	{ name: "brand", route: "/makers/{brand}", path: async () => `/makers/${(await goods()).brand.slug}` },
	{ name: "product", route: "/products/{product}", path: async () => `/products/${(await goods()).slug}` },
	{ name: "not-found", path: async () => "/no/such/page", status: 404 },
	{ name: "cart-empty", route: "/cart" },
	{ name: "cart", route: "/cart", as: "buyer" },
	{ name: "checkout-address", route: "/checkout", as: "buyer" },
	{ name: "checkout-shipping", route: "/checkout/shipping", as: "buyer" },
	{ name: "checkout-payment", route: "/checkout/payment", as: "buyer" },
	{ name: "checkout-review", route: "/checkout/review", as: "buyer" },
	{ name: "order", route: "/orders/{order}", as: "member", path: async (found) => found.order },
	{ name: "order-sent", route: "/orders/{order}", as: "receiver", path: async (found) => found.order },
	{ name: "order-open", route: "/orders/{order}/open", path: async () => "/orders/ord_00000000-0000-7000-8000-000000000000/open" },
	{ name: "sign-in", route: "/sign-in" },
	{ name: "sign-up", route: "/sign-up" },
	{ name: "forgotten-password", route: "/forgotten-password" },
	{ name: "account", route: "/account", as: "member" },
	{ name: "account-orders", route: "/account/orders", as: "member" },
	{ name: "account-profile", route: "/account/profile", as: "member" },
	{ name: "account-addresses", route: "/account/addresses", as: "member" },
	{ name: "account-address-new", route: "/account/addresses/new", as: "member" },
	{ name: "account-address", route: "/account/addresses/{address}", as: "member", path: async (found) => found.address },
	{ name: "account-sessions", route: "/account/sessions", as: "member" },
	{ name: "account-second-factor", route: "/account/second-factor", as: "member" },
	{ name: "account-delete", route: "/account/delete", as: "member" },
	{ name: "verify-email", route: "/account/verify-email", as: "member" },
	{ name: "reset-password", route: "/account/reset-password" },
	{ name: "console-orders", route: "/admin/orders", as: "admin" },
	{ name: "console-order", route: "/admin/orders/{order}", as: "admin", path: async () => `/admin${(await person("receiver")).found.order}` },
	{ name: "console-products", route: "/admin/products", as: "admin" },
	{ name: "console-product-new", route: "/admin/products/new", as: "admin" },
	{ name: "console-product", route: "/admin/products/{product}", as: "admin", path: async () => `/admin/products/${(await goods()).slug}` },
	{ name: "console-stock", route: "/admin/stock", as: "admin" },
	{ name: "console-stock-of", route: "/admin/stock/{sku}", as: "admin", path: async () => `/admin/stock/${(await goods()).variants[0].sku}` },
	{ name: "console-locations", route: "/admin/locations", as: "admin" },
	{ name: "console-mails", route: "/admin/mails", as: "admin" },
	{ name: "console-customers", route: "/admin/customers", as: "admin" },
	{ name: "console-customer", route: "/admin/customers/{user}", as: "admin", path: async (found) => found.customer },
	{ name: "console-dead-letters", route: "/admin/dead-letters", as: "admin" },
	{ name: "console-audit", route: "/admin/audit", as: "admin" },
];

/** Routes that only ever lead on to another page. */
export const LEAD_ON = ["/preferences", "/cart/claim", "/admin"];

/** What is no page, but a file to keep. */
export const FILES = ["/account/export", "/robots.txt", "/sitemap.xml", "/sitemaps/{map}"];
