### English: the language that the others are held to.
### `kind--code` is what is said of a code of the API.

## How numbers, money and days are written
number-group = ,
number-decimal = .
money-pattern = { $symbol }{ $amount }
day = { $day } { $month } { $year }
day-and-time = { $day } { $month } { $year }, { $time } UTC
month--1 = January
month--2 = February
month--3 = March
month--4 = April
month--5 = May
month--6 = June
month--7 = July
month--8 = August
month--9 = September
month--10 = October
month--11 = November
month--12 = December

## Every page
language-name = English
title = { $page } – Meridian
skip = Skip to the content
nav-shop = Shop
nav-all = All products
nav-categories = Watches and more
nav-makers = Makers
nav-tools = Language, account and cart
breadcrumb = Where you are
search-label = Search the shop
search = Search
sign-in = Sign in
account = Your account
orders = Your orders
cart = Cart
pieces = { $count ->
    [one] piece
   *[other] pieces
}
footer-you = You
footer-language = Language
footer-currency = Prices in
footer-show = Show
footer-about = Meridian sells watches by houses that are all invented, and so is the shop.
optional = optional
change = Change
remove-filter = Remove:
errors-heading = { $count ->
    [one] One thing is not right yet
   *[other] { $count } things are not right yet
}

## Home
home-title = Watches worth winding
home-lead = Small houses, from a Bergen workshop to eleven people at a bench in the Jura. Some wind themselves, some ask you to, and a few live on light.
home-all = See everything
home-makers = Who makes them
home-new = Just in
home-new-all = All that is new
home-kinds = What is it for?

## Lists
listing-found = { $count ->
    [one] One found
   *[other] { $count } found
}
listing-found-many = More than { $count } found
listing-searched = Results for “{ $words }”
listing-corrected = Nothing is called “{ $words }”. These are called “{ $instead }”.
listing-filter = Filter
listing-chosen = { $count } chosen
listing-chosen-label = Chosen filters
listing-price = Price in { $currency }
listing-from = From
listing-to = To
listing-in-stock = Only what is in stock
listing-show = Show
listing-sort = Sort by
listing-sort-do = Sort
sort--relevance = Relevance
sort--price = Price, lowest first
sort--price-descending = Price, highest first
sort--newest = Newest
sort--name = Name
listing-remove-all = Remove all
listing-next = Next page
listing-pages = Pages
listing-empty = Nothing here fits all of that
listing-empty-hint = Take one of the filters away, or look for something else.
facet-brand = Maker
facet-category = Kind
products-counted = { $count ->
    [one] product
   *[other] products
}
from-price = From { $price }
sold-out = Sold out

## A product
price-before = Before:
price-now = Now:
tax-included = Taxes included
tax-excluded = Plus sales tax, by where it goes
few-left = Only a few left
in-stock = In stock
quantity = Quantity
add-to-cart = Add to cart
in-figures = In figures
weight = Weight
choose-version = Version
not-in-currency = Not sold in { $currency }.

## Cart
cart-title = Your cart
cart-added = It is in your cart.
cart-further = Look further
cart-lines = What is in it
cart-each = { $price } each
cart-change-of = the quantity of { $title }
cart-other-currency = This cart is in { $currency }. Once it is empty, the next one is in the currency that prices are shown in.
cart-remove = Remove
cart-sum-label = Shipping and total
cart-total = Total
cart-goods = Goods
cart-discount = Discount
cart-tax = Sales tax
cart-free = Free
cart-contains-tax = Contains { $tax } of taxes.
cart-checkout = Go to checkout
cart-blocked = Something above stands in the way.
cart-where = Where to?
cart-work-out = Work out the total
cart-empty = Your cart is empty
cart-empty-hint = What you put in stays for 30 days, so nothing is lost by looking round first.
line--unavailable = This is no longer sold. Remove it to go on.
line--out-of-stock = This is sold out. Remove it to go on.
line-insufficient-stock = { $count ->
    [one] Only one is left.
   *[other] Only { $count } are left.
}
line-price-changed = It was { $before } when you put it in, and is { $now } now. You only pay it if you go on.
cart-problem--destination-not-served = We do not send anything to this country.
cart-problem--region-required = Tell us the state or province: the tax depends on it.
cart-problem--shipping-option-unavailable = The chosen shipping does not take these goods there.

## Addresses
country = Country
region = State or province
postal-code = Postal code
city = City
name = Name
line1 = Street and number
line2 = Flat, floor, company
phone = Phone
phone-hint = Only the carrier sees it.
email = E-mail
email-hint = For the confirmation, and when the parcel leaves.

## Checkout
checkout = Checkout
step-address = Address
step-shipping = Shipping
step-payment = Payment
step-review = Review
step-done = (done)
checkout-address-title = Where shall we send it?
checkout-account = Have an account?
checkout-account-rest = You can also order without one.
checkout-to-shipping = Go on to shipping
checkout-shipping-title = How shall it travel?
checkout-shipping-to = To
checkout-shipping = Shipping
checkout-to-payment = Go on to payment
checkout-payment-title = How will you pay?
checkout-pay-with = Pay with
checkout-provider = This shop runs with a test provider, so no card is charged. A real provider’s own form stands here otherwise: we never see a card number.
checkout-no-provider = No payment provider is set up here, so nothing can be ordered.
method--pm-card-visa = Test card, Visa
method-hint--pm-card-visa = Goes through
method--pm-card-authenticationrequired = Test card that asks first
method-hint--pm-card-authenticationrequired = The bank wants to hear from you
method--pm-card-chargedeclined = Test card, declined
method-hint--pm-card-chargedeclined = Does not go through
checkout-to-review = Go on to review
checkout-review-title = Is everything right?
checkout-send-to = Send to
checkout-bill-to = Bill to
checkout-same-address = The same address
checkout-binding = With this you order for money. We hold the pieces for you while the payment is made.
checkout-order = Order and pay { $total }
checkout-your-order = Your order
days = { $count ->
    [one] one working day
   *[other] { $count } working days
}
days-range = { $from } to { $to } working days
shipping--standard = Standard, tracked
shipping--express = Express, insured
checkout-changed = Something changed while you were here. Look at your cart again before you order.
checkout-declined = Your bank did not agree to the payment. Nothing was charged; try another way to pay.
checkout-out-of-stock = Somebody was faster: not everything is in stock any more. Nothing was charged.

## Orders
order-title = Order { $number }
order-thanks = Thank you
order-thanks-lead = We have your order and your payment. A confirmation is on its way to { $email }, and we write again when the parcel leaves.
order-wait-lead = We are working on your order. This page knows when it is through.
order-look-again = See what is new
order-failed = This order came to nothing, and nothing was charged.
order-what = What you ordered
order-parcels = Parcels
order-parcel = Parcel { $number }
order-on-its-way = On its way
order-delivered = Delivered
order-tracking = tracking number
order-refunds = Refunds
order-refund-day = Day
order-refund-state = State
order-refund-amount = Amount
order-so-far = So far
order-cost = What it cost
order-refunded = Refunded
order-where = Where it goes
order-cancel = Cancel this order
order-cancel-hint = The pieces go back, and so does your money. After the first parcel has left it cannot be cancelled any more.
order-status--pending = Being worked on
order-status--awaiting-payment = Waiting for your bank
order-status--placed = Placed
order-status--completed = Completed
order-status--cancelled = Cancelled
order-status--failed = Not placed
fulfillment--partially-fulfilled = Partly sent
fulfillment--fulfilled = Sent
fulfillment--delivered = Delivered
fulfillment--returned = Returned
payment--partially-refunded = Partly refunded
payment--refunded = Refunded
refund--pending = On its way
refund--succeeded = Paid back
refund--failed = Did not work
event--order-received = We received your order.
event--stock-committed = Pieces were set aside for you.
event--payment-requires-action = Your bank wants to hear from you.
event--payment-authorized = Your bank agreed to the payment.
event--payment-captured = Your payment was taken.
event--order-placed = Your order is placed.
event--cancel-requested = It was asked to cancel the order.
event--payment-deadline-passed = The time for the payment is over.
event--payment-voided = The payment was given up.
event--order-cancelled = The order was cancelled.
event--order-shipped = A parcel left us.
event--shipment-delivered = A parcel arrived.
event--refund-requested = A refund was asked for.
event--refund-succeeded = A refund was paid.
event--refund-failed = A refund did not work.
bank-title = Your bank asks
bank-lead = Before { $total } is taken, your bank wants to know that it is you. A real bank asks in its own way; this one takes your word.
bank-yes = Yes, it is me
bank-no = No, stop the payment
orders-empty = No orders yet
orders-empty-hint = When you order something, it is listed here.
order-number = Number
order-day = Day
order-total = Total
order-state = State

## Signing in
sign-in-title = Sign in
password = Password
sign-in-forgotten = Forgotten your password?
sign-in-new = New here?
make-account = Make an account
sign-in-code = Code
sign-in-code-hint = Six digits from your app, or one of your recovery codes. Only if your account asks for one.
sign-out = Sign out
sign-up-title = Make an account
password-hint = 12 characters or more. A few words that mean something to you alone are best.
sign-up-have = Already have an account?
forgotten-title = Forgotten your password?
forgotten-lead = Tell us your address, and we mail you a link that lets you choose a new one.
forgotten-send = Mail me the link
forgotten-sent-title = Look into your mailbox
forgotten-sent = If there is an account with { $email }, a link is on its way there. It is good for 30 minutes.
reset-title = Choose a new password
reset-done = Your password is changed, and wherever you were signed in you are not any more. Sign in with the new one.
new-password = New password
link-token = Code from the mail
link-token-hint = It is filled in already, unless your browser runs no scripts: then paste what stands behind the # of the link.
reset-do = Set the password
verify-title = Is this your address?
verify-lead = One more click, and we know that mails reach you.
verify-do = Yes, it is mine
verify-done-title = Thank you
verify-done = Your address is proven.
account-hello = Hello, { $name }
account-all-orders = All orders

## The account
account-overview = Overview
account-unproven = { $email } is not confirmed yet: look for our mail.
account-pending = { $email } takes over once you have confirmed it: look for our mail.
mail-again = Send the mail again
mail-again-done = The mail is on its way. It can take a few minutes.
save = Save
back-without-saving = Back without saving
current-password = Your password now
profile = Profile
profile-you = You
profile-saved = Your profile is saved.
profile-email-hint = We write to the new address first, and use it once you have confirmed it.
profile-email-change = Change the e-mail
profile-email-saved = We have written to the new address: open the link in that mail.
profile-password-hint = 12 characters or more. You stay signed in here, and are signed out everywhere else.
profile-password-change = Change the password
profile-password-saved = Your password is changed. You are signed out everywhere else.
export = Your data
export-lead = Everything we hold about you, as one file.
export-do = Download my data
addresses = Addresses
address-usual = Usual address
address-none = No address yet
address-none-hint = The usual one is filled in for you at the checkout.
address-of = of { $name }, { $city }
address-remove = Remove
address-add = Add an address
address-change = Change an address
address-make-usual = Use it as the usual address
address-saved = The address is saved.
sessions = Where you are signed in
session-unknown = A browser that does not say what it is
session-used = Signed in on { $since }, last used on { $last }
session-this = This one
session-unknown-hint = Something you do not know? Sign it out, then change your password.
factor = Second factor
factor-lead = With a second factor, signing in asks for a code of an app on your phone as well as your password. It keeps others out, even with your password.
factor-is-on = On
factor-is-off = Off
factor-begin = Set it up
factor-code = Code
factor-code-hint = Six digits from your app
factor-codes-left = Recovery codes that are left: { $count }
factor-renew = New recovery codes
factor-off = Switch it off
factor-now-off = The second factor is off.
factor-app-title = Set up a second factor
factor-app-first = 1. Show the app this code
factor-qr = A QR code with the secret that stands below it
factor-type = Or type this secret into it:
factor-open = Open it in an app on this device
factor-app-second = 2. Tell us what the app shows
factor-on = Switch it on
factor-codes-title = Keep these codes
factor-codes-lead = Without your phone, each of these lets you in once. They are not shown again: print them, or keep them where you find them without your phone.
factor-codes-kept = I have them
leave = Delete the account
leave-title = Delete the account?
leave-lead = Your name, e-mail, addresses and sign-ins are erased and cannot be brought back. Orders stay in our books, without your name.
leave-sure = Yes, erase everything you know of me
leave-do = Delete my account
leave-not = Keep my account
leave-done = Your account is deleted.

## What goes wrong
not-found-title = There is nothing here
not-found-lead = The page may have moved, or never was. What we sell is all within reach from here.
error-title = Something went wrong with us
error-lead = It is not you. Try it again in a moment; nothing is lost.
unavailable-title = We are out of breath
unavailable-lead = Try it again in a moment.
forbidden-title = Send it once more
forbidden-lead = This form was open for a long time, or it did not come from our page. Load the page anew and send it again.
refused-title = That did not work
request-number = If you write to us about it, name this number:
to-shop = To the shop
field--required = Fill this in.
field--invalid-email = This is no e-mail address.
field--too-short = This is too short.
field--too-long = This is too long.
field--common-password = Too many people use this one. Choose another.
field--destination-not-served = We do not send anything to this country.
field--region-required = Tell us the state or province: the tax depends on it.
field--unknown-region = We do not know this state or province.
field--invalid-country = Choose a country.
field--out-of-range = Choose 1 to 99.
field--unauthorized = Sign in to your account first, then open the link once more.
field--link-not-valid = This link is not good any more. Ask for a new one.
field--wrong-password = This is not your password.
field--wrong-code = This code is not right, or no longer.
field-wrong = This is not right.
refusal--invalid-credentials = Address and password do not go together, or the code is not right.
refusal--second-factor-required = Your account asks for a code as well. Type your password once more, with the code.
refusal--too-many-tries = Too many tries. Wait a few minutes, and try again.
refusal--rate-limited = Too many tries. Wait a minute, and try again.
refusal--email-taken = There is an account with this address already. Sign in, or choose a new password.
refusal--card-data-refused = That looks like a card number. Never type one here.
refusal--cart-full = A cart has room for 50 different things.
refusal--already-fulfilled = A parcel has left already, so it cannot be cancelled any more.
refusal--forbidden = This account is closed.
refusal--link-not-valid = This link is not good any more. Ask for a new one.
refusal--unknown-sku = This is not sold any more.
refusal--checkout-in-progress = An order has this cart right now, so it cannot be changed.
refusal--already-ordered = This cart is being ordered already.
refusal--email-not-verified = Confirm your e-mail address first: look for our mail.
refusal--second-factor-on = The second factor is on already.
refusal--second-factor-off = The second factor is not on. Begin anew.
refusal--last-admin = You are the only one who can give rights here: give them to somebody else first.
refusal--address-book-full = Your address book is full. Remove one first.

## Countries, as Unicode CLDR names them
country--ae = United Arab Emirates
country--at = Austria
country--au = Australia
country--be = Belgium
country--bg = Bulgaria
country--br = Brazil
country--ca = Canada
country--ch = Switzerland
country--cl = Chile
country--cy = Cyprus
country--cz = Czechia
country--de = Germany
country--dk = Denmark
country--ee = Estonia
country--es = Spain
country--fi = Finland
country--fr = France
country--gb = United Kingdom
country--gr = Greece
country--hk = Hong Kong SAR China
country--hr = Croatia
country--hu = Hungary
country--ie = Ireland
country--il = Israel
country--im = Isle of Man
country--is = Iceland
country--it = Italy
country--jp = Japan
country--kr = South Korea
country--kw = Kuwait
country--li = Liechtenstein
country--lt = Lithuania
country--lu = Luxembourg
country--lv = Latvia
country--mc = Monaco
country--mt = Malta
country--mx = Mexico
country--my = Malaysia
country--nl = Netherlands
country--no = Norway
country--nz = New Zealand
country--pl = Poland
country--pt = Portugal
country--qa = Qatar
country--ro = Romania
country--sa = Saudi Arabia
country--se = Sweden
country--sg = Singapore
country--si = Slovenia
country--sk = Slovakia
country--th = Thailand
country--tw = Taiwan
country--us = United States
country--za = South Africa
