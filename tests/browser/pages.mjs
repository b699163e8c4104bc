// Every page that there is to look at: adding one is one line here.
//
// `route` is as the table of pages has it (`shared/api/src/pages.rs`), whose every page has to be here. `as` is one of `people.mjs`.
// `path` is where to find it, for a route with names in it and for a page that is reached with parameters; `found` is what that person
// came across. `status` is what it answers, when that is not 200.

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
	{ name: "sign-in", route: "/sign-in" },
	{ name: "sign-up", route: "/sign-up" },
	{ name: "forgotten-password", route: "/forgotten-password" },
	{ name: "account", route: "/account", as: "member" },
	{ name: "account-orders", route: "/account/orders", as: "member" },
	{ name: "verify-email", route: "/account/verify-email", as: "member" },
	{ name: "reset-password", route: "/account/reset-password" },
];

/** Routes that only ever lead on to another page. */
export const LEAD_ON = ["/preferences", "/cart/claim"];
